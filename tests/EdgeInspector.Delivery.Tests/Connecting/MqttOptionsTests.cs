using System.ComponentModel.DataAnnotations;
using EdgeInspector.Delivery.Connecting;

namespace EdgeInspector.Delivery.Tests.Connecting;

public sealed class MqttOptionsTests
{
    [Fact]
    public void A_template_is_filled_with_line_station_and_further_values()
    {
        var options = new MqttOptions
        {
            TopicPrefix = "{enterprise}/{Site}/{line}/{cell}/inspect/{station}",
            TopicValues = new() { ["enterprise"] = "acme", ["site"] = "Köln", ["cell"] = "7" },
        };
        Assert.Equal("acme/Köln/line-1/7/inspect/weld-3/signal", StationTopics.ForAll(options, "line-1", ["weld-3"])["weld-3"].Signal);
        Assert.Empty(Faults(options));
    }

    [Theory]
    [InlineData("a/{area}/{station}", "{area} has no value")]
    [InlineData("a/{station", "without its \"}\"")]
    [InlineData("a/station}", "without its \"{\"")]
    [InlineData("a/#/{station}", "\"#\"")]
    [InlineData("a/+/{station}", "\"+\"")]
    [InlineData("a//{station}", "empty level")]
    [InlineData("/a/{station}", "empty level")]
    [InlineData("a/{station}/", "empty level")]
    [InlineData("$SYS/{station}", "\"$\"")]
    [InlineData("a\0/{station}", "U+0000")]
    [InlineData("a\ud800/{station}", "not valid Unicode")]
    public void An_unfit_template_is_refused_with_the_reason(string template, string reason)
    {
        Assert.Contains(Faults(new MqttOptions { TopicPrefix = template }), fault => fault.Contains(reason, StringComparison.Ordinal));
        Assert.Contains(
            reason,
            Assert.Throws<DeliveryException>(() => StationTopics.ForAll(new MqttOptions { TopicPrefix = template }, "l", ["s"])).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a+")]
    [InlineData("#")]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\u0001")]
    public void An_unfit_station_name_is_refused(string station) =>
        Assert.Contains(
            "{station}",
            Assert.Throws<DeliveryException>(() => StationTopics.ForAll(new MqttOptions(), "line", [station])).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Two_stations_may_not_share_their_topics() =>
        Assert.Contains(
            "Put {station} into it",
            Assert.Throws<DeliveryException>(
                () => StationTopics.ForAll(new MqttOptions { TopicPrefix = "a/{line}" }, "l", ["one", "two"])).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Contradictions_are_named()
    {
        Assert.Empty(Faults(new MqttOptions()));
        Assert.Single(
            Faults(new MqttOptions { FirstPause = TimeSpan.FromMinutes(1) }),
            fault => fault.Contains("LongestPause", StringComparison.Ordinal));
        Assert.Single(Faults(new MqttOptions { Host = "mqtt://broker" }), fault => fault.Contains("Host", StringComparison.Ordinal));
        Assert.Single(Faults(new MqttOptions { Protocol = "4" }), fault => fault.Contains("3.1.1", StringComparison.Ordinal));
        Assert.Single(
            Faults(new MqttOptions { UserName = "a", Password = "b", PasswordFile = "c" }),
            fault => fault.Contains("not both", StringComparison.Ordinal));
        Assert.Single(Faults(new MqttOptions { Password = "b" }), fault => fault.Contains("UserName", StringComparison.Ordinal));
        Assert.Single(
            Faults(new MqttOptions { Tls = new() { CaFile = "ca.pem" } }), fault => fault.Contains("plain text", StringComparison.Ordinal));
        Assert.Single(
            Faults(new MqttOptions { Tls = new() { Enabled = true, ClientKeyFile = "k" } }),
            fault => fault.Contains("ClientCertificateFile", StringComparison.Ordinal));
    }

    private static List<string> Faults(object options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return [.. results.Select(result => result.ErrorMessage!)];
    }
}
