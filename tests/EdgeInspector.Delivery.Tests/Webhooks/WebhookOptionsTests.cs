using System.ComponentModel.DataAnnotations;
using EdgeInspector.Delivery.Images;
using EdgeInspector.Delivery.Webhooks;

namespace EdgeInspector.Delivery.Tests.Webhooks;

public sealed class WebhookOptionsTests
{
    private const string Secret = "a secret of more than 16";

    [Theory]
    [InlineData("https://mes.example/events")]
    [InlineData("https://10.0.0.7:8443")]
    public void Beyond_this_machine_events_are_encrypted_and_signed(string url)
    {
        Assert.Empty(Problems(new() { Url = url, Secret = Secret }));
        Assert.Empty(Problems(new() { Url = url, SecretFile = "/run/secret" }));
        Assert.Empty(Problems(new() { Url = url, WithoutSignature = true }));
        Assert.Contains("could not tell who sent", Assert.Single(Problems(new() { Url = url })), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://mes.example/events")]
    [InlineData("http://10.0.0.7:8080/")]
    [InlineData("http://127.0.0.1.example/")]
    public void Plain_text_beyond_this_machine_must_be_asked_for(string url)
    {
        Assert.Contains("in plain text", Assert.Single(Problems(new() { Url = url, Secret = Secret })), StringComparison.Ordinal);
        Assert.Empty(Problems(new() { Url = url, Secret = Secret, PlainText = true }));
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080/events")]
    [InlineData("http://localhost/")]
    [InlineData("http://[::1]:8080/")]
    public void On_this_machine_nothing_of_it_is_asked_for(string url) => Assert.Empty(Problems(new() { Url = url }));

    [Theory]
    [InlineData("mes.example/events")]
    [InlineData("ftp://mes.example/events")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://user:secret@mes.example/events")]
    public void What_is_no_web_address_is_refused_without_showing_it(string url)
    {
        string problem = Assert.Single(Problems(new() { Url = url, Secret = Secret }));
        Assert.DoesNotContain("secret@", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_that_contradict_each_other_are_refused()
    {
        Assert.Single(Problems(new() { Url = "https://a.example", Secret = Secret, SecretFile = "/x" }));
        Assert.Single(Problems(new() { Url = "http://localhost", Tls = new() { CaFile = "/x" } }));
        Assert.Single(Problems(new() { Url = "http://localhost", LongestPause = TimeSpan.FromMilliseconds(20) }));
        Assert.Single(Problems(new() { Url = "https://a.example", Secret = Secret, Tls = new() { ClientKeyFile = "/x" } }));
    }

    [Fact]
    public void Names_and_stations_and_pictures_must_be_possible()
    {
        var fine = new WebhookOptions { Url = "http://localhost", Stations = ["s1"], Pictures = true };
        Assert.Empty(Together("MES_1-a", fine));
        Assert.Contains("not possible", Assert.Single(Together("../up", fine)), StringComparison.Ordinal);
        Assert.Contains("not possible", Assert.Single(Together("con", fine)), StringComparison.Ordinal);
        Assert.Contains("there is not", Assert.Single(Together("mes", fine with { Stations = ["s2"] })), StringComparison.Ordinal);
        Assert.Contains("Images:Mode", Assert.Single(Together("mes", fine, ImageMode.Off)), StringComparison.Ordinal);

        static IEnumerable<string> Together(string name, WebhookOptions options, ImageMode images = ImageMode.Spool) =>
            WebhookSettings.Problems(new Dictionary<string, WebhookOptions> { [name] = options }, ["s1"], images);
    }

    private static string[] Problems(WebhookOptions options)
    {
        var found = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), found, validateAllProperties: true);
        return [.. found.Select(one => one.ErrorMessage!)];
    }
}
