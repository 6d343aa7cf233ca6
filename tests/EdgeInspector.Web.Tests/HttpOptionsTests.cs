using System.ComponentModel.DataAnnotations;

namespace EdgeInspector.Web.Tests;

public sealed class HttpOptionsTests
{
    [Theory]
    [InlineData("127.0.0.1:5380", "127.0.0.1:5380", true)]
    [InlineData("localhost:5380", "127.0.0.1:5380", true)]
    [InlineData("[::1]:5380", "[::1]:5380", true)]
    [InlineData("0.0.0.0:80", "0.0.0.0:80", false)]
    [InlineData("[::]:8443", "[::]:8443", false)]
    public void An_address_says_where_to_listen_and_whether_others_can_reach_it(string listen, string address, bool isThisMachine)
    {
        var options = new HttpOptions { Listen = listen };
        Assert.Equal((address, isThisMachine), (options.Address?.ToString(), options.IsThisMachine));
    }

    [Theory]
    [InlineData("5380")]
    [InlineData("127.0.0.1")]
    [InlineData("http://127.0.0.1:5380")]
    [InlineData("::1")]
    [InlineData("[::1]")]
    [InlineData("linepc:5380")]
    [InlineData("127.0.0.1:99999")]
    public void What_is_no_address_with_a_port_is_refused_with_an_example(string listen) =>
        Assert.Contains("such as 127.0.0.1:5380", Assert.Single(Problems(new HttpOptions { Listen = listen })), StringComparison.Ordinal);

    [Fact]
    public void On_this_machine_neither_key_nor_certificate_is_asked_for() =>
        Assert.Empty(Problems(new HttpOptions { Listen = "127.0.0.1:5380" }));

    [Fact]
    public void Beyond_this_machine_both_are_asked_for_unless_somebody_says_what_is_given_up()
    {
        var open = new HttpOptions { Listen = "0.0.0.0:5380" };
        Assert.Equal(2, Problems(open).Count);
        Assert.Contains("in plain text", Assert.Single(Problems(open with { KeyFile = "key" })), StringComparison.Ordinal);
        Assert.Contains(
            "anybody who reaches it",
            Assert.Single(Problems(open with { Tls = new() { CertificateFile = "x" } })), StringComparison.Ordinal);
        Assert.Empty(Problems(open with { PlainText = true, Anonymous = true }));
        Assert.Empty(Problems(open with { Tls = new() { CertificateFile = "x" }, KeyFile = "key" }));
    }

    [Fact]
    public void A_proxy_in_front_lets_others_call_so_that_a_key_is_asked_for()
    {
        var behind = new HttpOptions { Listen = "127.0.0.1:5380", Console = new() { Proxies = ["127.0.0.1"] } };
        Assert.Contains("Behind a proxy", Assert.Single(Problems(behind)), StringComparison.Ordinal);
        Assert.Empty(Problems(behind with { KeyFile = "key" }));
        Assert.Empty(Problems(behind with { Anonymous = true }));
    }

    [Fact]
    public void Two_stations_can_t_answer_to_one_name()
    {
        var options = new PredictionApiOptions
        {
            Stations = new() { ["a"] = new() { Project = "p", Iteration = "i" }, ["b"] = new() { Project = "p", Iteration = "i" } },
        };
        Assert.Contains("'a' and 'b'", Assert.Single(Problems(options)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("images.plant.example", true)]
    [InlineData("*.plant.example", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("http://images.plant.example", false)]
    [InlineData("images.plant.example/pictures", false)]
    [InlineData("*", false)]
    public void A_host_to_fetch_from_is_a_name_or_all_below_it(string host, bool isHost) =>
        Assert.Equal(isHost, Problems(new PredictionApiOptions { UrlHosts = [host] }).Count == 0);

    private static List<string> Problems(IValidatableObject options) =>
        [.. options.Validate(new ValidationContext(options)).Select(problem => problem.ErrorMessage!)];
}
