using EdgeInspector.Web.Calling;
using Microsoft.AspNetCore.Http;

namespace EdgeInspector.Web.Tests.Calling;

public sealed class CallKeyTests
{
    [Theory]
    [InlineData("Prediction-Key", "right key", null)]
    [InlineData("prediction-key", "right key", null)]
    [InlineData("Authorization", "Bearer right key", null)]
    [InlineData("Authorization", "bearer right key", null)]
    [InlineData("Prediction-Key", "wrong", 401)]
    [InlineData("Prediction-Key", "", 401)]
    [InlineData("Authorization", "Basic right key", 401)]
    [InlineData("X-Key", "right key", 401)]
    public void A_caller_shows_the_key_as_Custom_Vision_s_clients_do_or_as_a_bearer(string header, string value, int? status) =>
        Assert.Equal(status, new CallKey(new HttpOptions { Key = "right key" }).Refusal(With(header, value))?.Status);

    [Fact]
    public void Without_a_key_in_the_settings_nobody_is_asked() => Assert.Null(new CallKey(new HttpOptions()).Refusal(With("X", "y")));

    [Fact]
    public void A_key_file_is_read_at_each_call_so_that_the_key_can_be_changed()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "key");
        var key = new CallKey(new HttpOptions { KeyFile = file });
        CallFault unreadable = key.Refusal(With("Prediction-Key", "first"))!;
        Assert.Equal(503, unreadable.Status);
        Assert.DoesNotContain(folder.Path, unreadable.Message, StringComparison.Ordinal);
        File.WriteAllText(file, "first\n");
        Assert.Null(key.Refusal(With("Prediction-Key", "first")));
        File.WriteAllText(file, "second\n");
        Assert.NotNull(key.Refusal(With("Prediction-Key", "first")));
    }

    [Theory]
    [InlineData("127.0.0.1:5380", null, false)]
    [InlineData("localhost:5380", null, false)]
    [InlineData("[::1]:5380", null, false)]
    [InlineData("127.0.0.1:5380", "http://127.0.0.1:5380", false)]
    [InlineData("127.0.0.1:5380", "https://evil.example", true)]
    [InlineData("127.0.0.1:5380", "null", true)]
    [InlineData("evil.example:5380", null, true)]
    [InlineData("evil.example:5380", "http://evil.example:5380", true)]
    public void A_page_of_another_site_can_t_call_through_somebody_s_browser(string host, string? origin, bool isRefused)
    {
        HttpRequest request = new DefaultHttpContext().Request;
        (request.Scheme, request.Host) = ("http", new HostString(host));
        if (origin is not null)
            request.Headers.Origin = origin;
        Assert.Equal(isRefused, new ForeignPages(new HttpOptions { Listen = "127.0.0.1:5380" }).Refusal(request) is not null);
    }

    private static HttpRequest With(string header, string value)
    {
        HttpRequest request = new DefaultHttpContext().Request;
        request.Headers[header] = value;
        return request;
    }
}
