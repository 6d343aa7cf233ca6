using System.Net;
using System.Net.Http.Headers;

namespace EdgeInspector.Delivery.Webhooks;

/// <summary>What became of a request.</summary>
internal enum WebhookFate
{
    /// <summary>The receiver has the event.</summary>
    Taken,

    /// <summary>The receiver will never take this event.</summary>
    Refused,

    /// <summary>The receiver is away, or takes no event at the moment.</summary>
    Away,
}

/// <summary>What a receiver answered.</summary>
/// <param name="Fate">What it means for the event.</param>
/// <param name="Why">Why the event was not taken, in a sentence or two; null: it was.</param>
/// <param name="Wait">How long the receiver asks to be left alone; null: it does not ask.</param>
internal readonly record struct WebhookAnswer(WebhookFate Fate, string? Why = null, TimeSpan? Wait = null)
{
    // A wrong clock, here or there, must not stop events for days.
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>Nobody answered, or nothing could be sent.</summary>
    public static WebhookAnswer Away(string why) => new(WebhookFate.Away, why);

    /// <summary>Reads an answer.</summary>
    /// <param name="status">Its status.</param>
    /// <param name="headers">Its headers.</param>
    /// <param name="said">The beginning of its body, fit to be shown; may be empty.</param>
    /// <param name="now">The time.</param>
    public static WebhookAnswer Of(HttpStatusCode status, HttpResponseHeaders headers, string said, DateTimeOffset now)
    {
        // 409: many receivers answer it to an event whose id they have already, such as where their first answer was lost.
        if ((int)status is (>= 200 and < 300) or (int)HttpStatusCode.Conflict)
            return new WebhookAnswer(WebhookFate.Taken);
        string mend = status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => " Check the secret at both ends.",
            HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed => " Check the address.",
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest =>
                " It points to another address, which is not followed: write that one into the settings.",
            _ => "",
        };
        string why = $"The receiver answered {(int)status}{(said.Length == 0 ? "" : $": \"{said}\"")}.{mend}";
        bool isRefused = status is HttpStatusCode.BadRequest or HttpStatusCode.Gone or HttpStatusCode.RequestEntityTooLarge
            or HttpStatusCode.UnprocessableEntity;
        return new WebhookAnswer(isRefused ? WebhookFate.Refused : WebhookFate.Away, why, WaitOf(headers, now));
    }

    /// <summary>
    /// How long <c>Retry-After</c> asks for, in seconds or as a date; null where there is none that can be read. Never less than nothing,
    /// never more than an hour.
    /// </summary>
    public static TimeSpan? WaitOf(HttpResponseHeaders headers, DateTimeOffset now)
    {
        TimeSpan? wanted = headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - now,
            _ => null,
        };
        return wanted is { } wait ? TimeSpan.FromTicks(Math.Clamp(wait.Ticks, 0, LongestWait.Ticks)) : null;
    }
}
