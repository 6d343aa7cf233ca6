using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using EdgeInspector.Delivery.Webhooks;
using FsCheck;
using FsCheck.Fluent;

namespace EdgeInspector.Delivery.Tests.Webhooks;

public sealed class WebhookAnswerTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(200, nameof(WebhookFate.Taken))]
    [InlineData(204, nameof(WebhookFate.Taken))]
    [InlineData(299, nameof(WebhookFate.Taken))]
    // It has the id already.
    [InlineData(409, nameof(WebhookFate.Taken))]
    [InlineData(400, nameof(WebhookFate.Refused))]
    [InlineData(410, nameof(WebhookFate.Refused))]
    [InlineData(413, nameof(WebhookFate.Refused))]
    [InlineData(422, nameof(WebhookFate.Refused))]
    [InlineData(302, nameof(WebhookFate.Away))]
    [InlineData(401, nameof(WebhookFate.Away))]
    [InlineData(403, nameof(WebhookFate.Away))]
    [InlineData(404, nameof(WebhookFate.Away))]
    [InlineData(429, nameof(WebhookFate.Away))]
    [InlineData(500, nameof(WebhookFate.Away))]
    [InlineData(503, nameof(WebhookFate.Away))]
    [InlineData(100, nameof(WebhookFate.Away))]
    public void A_status_says_whether_the_event_was_taken_never_will_be_or_must_wait(int status, string fate)
    {
        var answer = WebhookAnswer.Of((HttpStatusCode)status, Headers(null), "no", Now);
        Assert.Equal(fate, answer.Fate.ToString());
        Assert.Equal(answer.Fate != WebhookFate.Taken, answer.Why?.Contains($"{status}: \"no\"", StringComparison.Ordinal) ?? false);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("0", 0)]
    [InlineData("3600", 3600)]
    [InlineData("2147483647", 3600)]
    [InlineData("Sun, 29 Nov 2026 10:01:00 GMT", 60)]
    [InlineData("Sun, 29 Nov 2026 09:00:00 GMT", 0)]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", 3600)]
    [InlineData("99999999999999999999", null)]
    [InlineData("-5", null)]
    [InlineData("soon", null)]
    [InlineData("", null)]
    public void How_long_a_receiver_asks_to_be_left_alone_is_bounded(string said, int? seconds) =>
        Assert.Equal(seconds, WebhookAnswer.WaitOf(Headers(said), Now)?.TotalSeconds);

    [Fact]
    public void Whatever_stands_in_the_header_the_wait_is_none_or_within_its_bounds() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2000),
        Prop.ForAll(ArbMap.Default.ArbFor<string>().Generator.Or(Numbers).Or(Dates).ToArbitrary(), text =>
        {
            TimeSpan? wait = WebhookAnswer.WaitOf(Headers(text), Now);
            return wait is null || (wait >= TimeSpan.Zero && wait <= TimeSpan.FromHours(1));
        }));

    [Fact]
    public void Seconds_within_an_hour_are_waited_for_exactly() => Check.One(
        Config.QuickThrowOnFailure,
        Prop.ForAll(Gen.Choose(0, 3600).ToArbitrary(), seconds =>
            WebhookAnswer.WaitOf(Headers(seconds.ToString(CultureInfo.InvariantCulture)), Now) == TimeSpan.FromSeconds(seconds)));

    private static Gen<string> Numbers => ArbMap.Default.ArbFor<long>().Generator.Select(n => n.ToString(CultureInfo.InvariantCulture));

    private static Gen<string> Dates => ArbMap.Default.ArbFor<DateTime>().Generator.Select(
        at => at.ToString("R", CultureInfo.InvariantCulture));

    private static HttpResponseHeaders Headers(string? retryAfter)
    {
        var answer = new HttpResponseMessage();
        if (retryAfter is not null)
            answer.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
        return answer.Headers;
    }
}
