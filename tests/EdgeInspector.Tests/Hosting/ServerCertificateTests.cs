using EdgeInspector.Hosting;

namespace EdgeInspector.Tests.Hosting;

public sealed class ServerCertificateTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(15, null, "")]
    [InlineData(13, "expires", "expires on 2026-12-13")]
    [InlineData(-1, "expired", "expired on 2026-11-29")]
    public void Two_weeks_before_the_certificate_of_the_calls_ends_the_stations_say_so(int days, string? code, string words)
    {
        Foundation.Text.Said? said = HttpService.OfCertificate(Now.AddDays(days), Now);
        Assert.Equal(code, said?.Wording.Code);
        Assert.Contains(words, said?.Text ?? "", StringComparison.Ordinal);
    }
}
