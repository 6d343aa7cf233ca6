using EdgeInspector.Delivery.Connecting;

namespace EdgeInspector.Delivery.Tests.Connecting;

public sealed class TopicFilterTests
{
    [Theory]
    [InlineData("edgeinspector/{line}/{station}", "edgeinspector/+/+")]
    [InlineData("{enterprise}/{site}/area-7/{line}/{station}", "+/+/area-7/+/+")]
    [InlineData("plant/{line}-{station}", "plant/+")]
    [InlineData("acme/+/{station}", "acme/+/+")]
    [InlineData("fixed/place", "fixed/place")]
    public void Each_level_with_a_placeholder_stands_for_any(string template, string filter) =>
        Assert.Equal(filter, TopicTemplate.Filter(template));

    [Theory]
    [InlineData("acme/#")]
    [InlineData("acme/a+/b")]
    [InlineData("acme//b")]
    [InlineData("/acme")]
    [InlineData("a\u0001b")]
    [InlineData("")]
    public void What_no_station_could_have_is_refused(string template) =>
        Assert.Throws<DeliveryException>(() => TopicTemplate.Filter(template));
}
