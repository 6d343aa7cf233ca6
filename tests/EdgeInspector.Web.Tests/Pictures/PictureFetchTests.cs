using System.Net;
using EdgeInspector.Web.Pictures;

namespace EdgeInspector.Web.Tests.Pictures;

public sealed class PictureFetchTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.8.9.1", true)]
    [InlineData("0.0.0.0", true)]
    [InlineData("169.254.169.254", true)]
    [InlineData("224.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("::", true)]
    [InlineData("fe80::1", true)]
    [InlineData("ff02::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("::ffff:169.254.169.254", true)]
    [InlineData("10.1.2.3", false)]
    [InlineData("192.168.0.10", false)]
    [InlineData("2001:db8::1", false)]
    public void What_only_this_machine_or_its_link_answers_is_never_asked(string address, bool isWithheld) =>
        Assert.Equal(isWithheld, PictureFetch.IsWithheld(IPAddress.Parse(address)));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("picture.jpg")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://images.plant.example/a.jpg")]
    public async Task Only_addresses_of_the_web_are_fetched(string? address) =>
        Assert.Contains("http://", await Refusal(address, "images.plant.example"), StringComparison.Ordinal);

    [Theory]
    [InlineData("http://images.plant.example.evil.example/a.jpg")]
    [InlineData("http://evil.example/images.plant.example")]
    [InlineData("http://images.plant.example@evil.example/a.jpg")]
    [InlineData("http://plant.example/a.jpg")]
    public async Task A_host_that_the_settings_do_not_name_is_refused_with_the_setting(string address) =>
        Assert.Contains(
            "Http:Prediction:UrlHosts", await Refusal(address, "images.plant.example", "*.plant.example"), StringComparison.Ordinal);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::1]")]
    public async Task Even_a_named_host_is_not_asked_when_it_is_this_machine(string host) => Assert.Contains(
        "an address of this machine", await Refusal($"http://{host}:1/a.jpg", host, "[::1]", "::1"), StringComparison.Ordinal);

    private static async Task<string> Refusal(string? address, params string[] hosts)
    {
        using var fetch = new PictureFetch(new PredictionApiOptions { UrlHosts = hosts });
        PictureBody body = await fetch.GetAsync(address, Stop);
        Assert.Null(body.Bytes);
        Assert.Equal((400, "BadRequestImageUrl"), (body.Fault!.Status, body.Fault.Code));
        return body.Fault.Message;
    }
}
