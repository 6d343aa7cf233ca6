using EdgeInspector.Cli.Arguments;

namespace EdgeInspector.Tests.Cli;

public sealed class BrokerAddressTests
{
    [Theory]
    [InlineData("broker", "broker", null, null)]
    [InlineData("10.0.0.5:1884", "10.0.0.5", 1884, null)]
    [InlineData("mqtt://10.0.0.5:1884", "10.0.0.5", 1884, false)]
    [InlineData("mqtts://broker.plant/", "broker.plant", null, true)]
    [InlineData("SSL://broker:8884", "broker", 8884, true)]
    [InlineData("::1", "::1", null, null)]
    [InlineData("[fe80::1]", "fe80::1", null, null)]
    [InlineData("mqtt://[::1]:1884", "::1", 1884, false)]
    [InlineData(" broker:1884 ", "broker", 1884, null)]
    public void An_address_is_read_as_people_and_the_log_write_it(string text, string host, int? port, bool? tls) =>
        Assert.Equal(new BrokerAddress(host, port, tls), BrokerAddress.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData(":1883")]
    [InlineData("broker:")]
    [InlineData("broker:0")]
    [InlineData("broker:65536")]
    [InlineData("broker:port")]
    [InlineData("mqtt://joe:secret@broker:1883")]
    [InlineData("http://broker")]
    [InlineData("bro ker")]
    [InlineData("broker/topic")]
    [InlineData("[::1")]
    public void What_is_no_address_is_refused_and_told_what_is(string text) =>
        Assert.Contains("--broker: '", Assert.Throws<RefusedException>(() => BrokerAddress.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Without_a_port_the_usual_one_of_the_protocol_counts() =>
        Assert.Equal(
            (1883, 8883, 7),
            (
                BrokerAddress.Parse("b").PortOr(tls: false),
                BrokerAddress.Parse("b").PortOr(tls: true),
                BrokerAddress.Parse("b:7").PortOr(tls: true)));
}
