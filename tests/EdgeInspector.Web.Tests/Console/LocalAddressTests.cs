using EdgeInspector.Web.Console;
using FsCheck;
using FsCheck.Fluent;

namespace EdgeInspector.Web.Tests.Console;

public sealed class LocalAddressTests
{
    [Theory]
    [InlineData(null, "~/")]
    [InlineData("/", "~/")]
    [InlineData("/parts?verdict=reject&since=2026-11-29T10:00", "~/parts?verdict=reject&since=2026-11-29T10:00")]
    [InlineData("https://elsewhere.example/", "~/")]
    [InlineData("//elsewhere.example", "~/elsewhere.example")]
    [InlineData("/\\elsewhere.example", "~/")]
    [InlineData("javascript:alert(1)", "~/")]
    public void Nobody_is_sent_to_another_site(string? wanted, string sent) => Assert.Equal(sent, LocalAddress.Of(wanted));

    [Fact]
    public void Whatever_is_wanted_the_address_stays_here() => Prop.ForAll<string>(wanted =>
    {
        string sent = LocalAddress.Of(wanted);
        var there = new Uri(new Uri("http://line-pc/"), sent[1..]);
        return sent.StartsWith("~/", StringComparison.Ordinal) && there.Host == "line-pc" && there.Scheme == "http";
    }).QuickCheckThrowOnFailure();
}
