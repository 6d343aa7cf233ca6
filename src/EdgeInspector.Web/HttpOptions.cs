using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Net;
using EdgeInspector.Foundation.Secrets;

namespace EdgeInspector.Web;

/// <summary>
/// Calls over HTTP: Custom Vision's Prediction API, the calls of the container that Custom Vision exports, triggers, health.
/// Off while <see cref="Listen"/> is not set.
/// </summary>
public sealed record HttpOptions : IValidatableObject
{
    /// <summary>
    /// Address and port on which the agent listens: <c>127.0.0.1:5380</c> for programs of this machine, <c>0.0.0.0:5380</c> or
    /// <c>[::]:5380</c> for all that reach it. Beyond this machine it asks for <see cref="Tls"/> and <see cref="Key"/>; behind a proxy for
    /// <see cref="Key"/>. Not set: it does not listen.
    /// </summary>
    [StringLength(64, MinimumLength = 3)]
    public string? Listen { get; init; }

    /// <summary>The certificate of this server.</summary>
    public HttpTlsOptions Tls { get; init; } = new();

    /// <summary>
    /// Listens beyond this machine without TLS: keys and pictures can be read on their way. Only in a network that is closed, or behind a
    /// proxy that speaks TLS.
    /// </summary>
    public bool PlainText { get; init; }

    /// <summary>
    /// What callers must know. They send it as <c>Prediction-Key</c>, as clients of Custom Vision do, or as
    /// <c>Authorization: Bearer …</c>. Better kept in a secret folder, in <see cref="KeyFile"/> or in the environment.
    /// </summary>
    [PasswordPropertyText(true), StringLength(1024, MinimumLength = 8)]
    public string? Key { get; init; }

    /// <summary>File whose first line is the key. Read at each call, so that it can be changed while the agent runs.</summary>
    [HoldsSecret, StringLength(1024, MinimumLength = 1)]
    public string? KeyFile { get; init; }

    /// <summary>Anybody who reaches the address may call: no key is asked for beyond this machine, or behind a proxy.</summary>
    public bool Anonymous { get; init; }

    /// <summary>The pages for people.</summary>
    public ConsoleOptions Console { get; init; } = new();

    /// <summary>Custom Vision's Prediction API.</summary>
    public PredictionApiOptions Prediction { get; init; } = new();

    /// <summary>
    /// The station that answers <c>/image</c> and <c>/url</c> as the container does that Custom Vision exports. The container asks for no
    /// key, so anybody who reaches the address may make these two calls. Not set: they are not answered.
    /// </summary>
    [StringLength(64, MinimumLength = 1)]
    public string? Container { get; init; }

    /// <summary>
    /// Takes triggers over HTTP, for stations with <c>Trigger:Kind</c> <c>Mqtt</c>: <c>POST /stations/NAME/trigger</c>, answered with the
    /// verdict after its signal.
    /// </summary>
    public bool Triggers { get; init; }

    /// <summary>Where to listen; null: nowhere.</summary>
    internal IPEndPoint? Address => Listen is null ? null : Parse(Listen);

    /// <summary>True when only programs of this machine can call.</summary>
    internal bool IsThisMachine => Address is { } address && IPAddress.IsLoopback(address.Address);

    /// <summary>True when others than programs of this machine can call; a proxy on it lets them.</summary>
    internal bool IsOpenToOthers => Address is not null && (!IsThisMachine || Console.Proxies.Count > 0);

    /// <summary>True when callers must know a key.</summary>
    internal bool HasKey => (Key ?? KeyFile) is not null;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Key is not null && KeyFile is not null)
            yield return new("Give Key or KeyFile, not both.", [nameof(KeyFile)]);
        if (Listen is null)
            yield break;
        if (Address is null)
        {
            yield return new(
                $"'{Listen}' is no address to listen on; write address and port, such as 127.0.0.1:5380, 0.0.0.0:5380 or [::]:5380.",
                [nameof(Listen)]);
            yield break;
        }
        if (!IsThisMachine && !Tls.IsGiven && !PlainText)
            yield return new(
                "Listen is an address beyond this machine, and keys and pictures would travel in plain text. Set Tls:CertificateFile, "
                + "or PlainText to true where the network is closed or a proxy in front speaks TLS.",
                [nameof(Listen)]);
        if (IsOpenToOthers && !HasKey && !Anonymous)
            yield return new(
                $"{(IsThisMachine ? "Behind a proxy (Console:Proxies)" : "Listen is an address beyond this machine, and")} anybody who "
                + "reaches it could call. Set KeyFile, or Anonymous to true.",
                [nameof(Listen)]);
    }

    private static IPEndPoint? Parse(string text)
    {
        text = text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase) ? "127.0.0.1" + text["localhost".Length..] : text;
        // An address without a port would be one with port 0.
        return IPEndPoint.TryParse(text, out IPEndPoint? address) && text.LastIndexOf(':') > text.LastIndexOf(']')
            && text.LastIndexOf(':') > 0 && (text.Contains('[', StringComparison.Ordinal) || text.Count(letter => letter == ':') == 1)
            ? address
            : null;
    }
}
