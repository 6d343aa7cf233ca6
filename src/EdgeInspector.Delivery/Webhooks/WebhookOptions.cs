using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using EdgeInspector.Foundation.Secrets;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Webhooks;

/// <summary>
/// An address to which events are sent by HTTP POST, beside the broker: in the order of each station, at least once, signed. An address
/// that is away holds up nothing else.
/// </summary>
public sealed record WebhookOptions : IValidatableObject
{
    /// <summary>
    /// Where events are sent: <c>https://host/path</c>; <c>http</c> only to this machine, or with <see cref="PlainText"/>.
    /// </summary>
    [Required, StringLength(2048, MinimumLength = 1)]
    public string? Url { get; init; }

    /// <summary>
    /// Sends beyond this machine without TLS: events and pictures can be read and changed on their way. Only in a network that is closed.
    /// </summary>
    public bool PlainText { get; init; }

    /// <summary>The stations whose events are sent; empty: all.</summary>
    public IReadOnlyList<string> Stations { get; init; } = [];

    /// <summary>
    /// Only events of parts with these verdicts are sent: <c>Pass</c>, <c>Reject</c>, <c>Review</c>, <c>None</c>. Empty: all events, also
    /// those of models, thresholds, pauses, storms and losses, which have no verdict.
    /// </summary>
    public IReadOnlyList<VerdictKind> Verdicts { get; init; } = [];

    /// <summary>
    /// Sends the part's picture with the event, where <c>Images</c> keeps one; as <c>multipart/form-data</c> with the parts <c>event</c>
    /// and <c>picture</c>.
    /// </summary>
    public bool Pictures { get; init; }

    /// <summary>
    /// What the receiver knows too: each request is signed with it (HMAC-SHA256). Better kept in a secret folder, in
    /// <see cref="SecretFile"/> or in the environment.
    /// </summary>
    [PasswordPropertyText(true), StringLength(1024, MinimumLength = 16)]
    public string? Secret { get; init; }

    /// <summary>File whose first line is the secret. Read at each request, so that it can be changed while the agent runs.</summary>
    [HoldsSecret, StringLength(1024, MinimumLength = 1)]
    public string? SecretFile { get; init; }

    /// <summary>Sends beyond this machine without a signature: the receiver can't tell who sent an event.</summary>
    public bool WithoutSignature { get; init; }

    /// <summary>Certificates, where the address begins with <c>https</c>.</summary>
    public WebhookTlsOptions Tls { get; init; } = new();

    /// <summary>How long one request may take, with its connection and the answer.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>First pause before an event is sent again; it doubles with each failure, and each pause is jittered.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Longest pause before an event is sent again, unless the receiver asks for more (<c>Retry-After</c>).</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The most that events for this address may take on disk while it is away, in bytes. Beyond it the oldest go, a twentieth at once:
    /// counted and told. An event has one to two kilobytes.
    /// </summary>
    [Range(64L * 1024, 1024L * 1024 * 1024 * 1024)]
    public long MaxBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>
    /// Events that wait for longer are given up: counted and told. Not within the first hour after a start, and not for a day after the
    /// wall clock jumped.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")]
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(7);

    /// <summary>The address, once validated.</summary>
    internal Uri Address => new(Url!, UriKind.Absolute);

    /// <summary>True when requests are signed.</summary>
    internal bool IsSigned => (Secret ?? SecretFile) is not null;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Secret is not null && SecretFile is not null)
            yield return new("Give Secret or SecretFile, not both.", [nameof(SecretFile)]);
        if (LongestPause < FirstPause)
            yield return new($"LongestPause ({LongestPause}) must not be shorter than FirstPause ({FirstPause}).", [nameof(LongestPause)]);
        foreach (ValidationResult result in Tls.Validate(validationContext))
            yield return new(result.ErrorMessage, [.. result.MemberNames.Select(name => $"{nameof(Tls)}:{name}")]);
        if (Url is null)
            yield break;
        if (!Uri.TryCreate(Url, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
        {
            yield return new("Url is no web address; write one such as https://mes.example:8443/events.", [nameof(Url)]);
            yield break;
        }
        if (uri.UserInfo.Length > 0)
            yield return new("Url must not carry a user name or a password, which are not sent: set SecretFile.", [nameof(Url)]);
        if (uri.Scheme == "http" && Tls.NamesFiles)
            yield return new(
                "Certificates are given, but Url begins with http:// and would be in plain text. Write https://.", [nameof(Url)]);
        if (uri.IsLoopback)
            yield break;
        if (uri.Scheme == "http" && !PlainText)
            yield return new(
                "Url leads beyond this machine, and events would travel in plain text. Write https://, or set PlainText to true where "
                + "the network is closed.",
                [nameof(Url)]);
        if (!IsSigned && !WithoutSignature)
            yield return new(
                "Url leads beyond this machine, and the receiver could not tell who sent an event. Set SecretFile, or WithoutSignature to "
                + "true.",
                [nameof(Url)]);
    }
}
