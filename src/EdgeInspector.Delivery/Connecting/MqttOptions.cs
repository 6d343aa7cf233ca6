using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using EdgeInspector.Foundation.Retrying;
using EdgeInspector.Foundation.Secrets;

namespace EdgeInspector.Delivery.Connecting;

/// <summary>The MQTT broker: where it is, how to log in, what the topics are called.</summary>
public sealed record MqttOptions : IValidatableObject
{
    /// <summary>
    /// Host name or address of the broker. With TLS it must be a name (or address) that the broker's certificate carries.
    /// </summary>
    [Required, StringLength(253, MinimumLength = 1)]
    public string Host { get; init; } = "localhost";

    /// <summary>TCP port of the broker: usually 1883, with TLS 8883.</summary>
    [Range(1, 65535)]
    public int Port { get; init; } = 1883;

    /// <summary>
    /// Further nodes of a broker that is a cluster, each <c>host</c> or <c>host:port</c> (without one: <see cref="Port"/>).
    /// When the node in use is lost, the others are tried at once, in turn; the agent stays with the one that takes it.
    /// Login, TLS and protocol are the same for all.
    /// </summary>
    public IReadOnlyList<string> OtherHosts { get; init; } = [];

    /// <summary>Protocol version: <c>5</c>, or <c>3.1.1</c> for old brokers (then without message expiry and user properties).</summary>
    [AllowedValues("5", "3.1.1", ErrorMessage = "Protocol must be \"5\" or \"3.1.1\".")]
    public string Protocol { get; init; } = "5";

    /// <summary>
    /// Beginning of every topic, without a slash at the end. Placeholders: <c>{line}</c>, <c>{station}</c>, and any name given in
    /// <see cref="TopicValues"/>, such as <c>{enterprise}/{site}/{area}/{line}/{cell}/{station}</c>.
    /// </summary>
    [Required, StringLength(1024, MinimumLength = 1)]
    public string TopicPrefix { get; init; } = "edgeinspector/{line}/{station}";

    /// <summary>
    /// Values for further placeholders of <see cref="TopicPrefix"/>, such as <c>enterprise</c>, <c>site</c>, <c>area</c>, <c>cell</c>.
    /// </summary>
    public Dictionary<string, string> TopicValues { get; init; } = [];

    /// <summary>
    /// Name of this agent at the broker, unique among all its clients; each connection adds <c>-STATION</c>, <c>-evidence</c>,
    /// <c>-images</c> or <c>-STATION-answers</c>.
    /// Empty: <c>edgeinspector-</c> and the machine's name (<c>EDGEINSPECTOR_MACHINE</c>, else the host's).
    /// </summary>
    [StringLength(256)]
    public string? ClientId { get; init; }

    /// <summary>User name, if the broker wants one.</summary>
    [StringLength(1024)]
    public string? UserName { get; init; }

    /// <summary>
    /// Password. Better kept in a secret folder, in <see cref="PasswordFile"/> or in the environment variable
    /// <c>EDGEINSPECTOR_Mqtt__Password</c> than in the settings file.
    /// </summary>
    [PasswordPropertyText(true), StringLength(4096)]
    public string? Password { get; init; }

    /// <summary>File whose first line is the password. Read at every connection, so that it can be changed while the agent runs.</summary>
    [HoldsSecret, StringLength(1024, MinimumLength = 1)]
    public string? PasswordFile { get; init; }

    /// <summary>Encryption and certificates.</summary>
    public MqttTlsOptions Tls { get; init; } = new();

    /// <summary>
    /// Also publishes every signal as a bare <c>0</c> (pass) or <c>1</c> (reject or stop) on <c>…/signal/bare</c>, for small PLC clients.
    /// </summary>
    public bool BareSignal { get; init; }

    /// <summary>
    /// The broker declares a silent connection dead after 1.5 times this time and publishes the last will; the agent checks it as often.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long connecting, TLS and login may take together.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:02:00")]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>First pause before connecting again; it doubles with each failure, and each pause is jittered.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Longest pause before connecting again.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often <c>state</c> is published even when nothing changed, to carry the counters.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan StateInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Between two tries of the same thing at the broker: between half and the whole, so that a hundred agents don't knock at a restarted
    /// broker in step.
    /// </summary>
    internal BackOff NewPauses() => new(FirstPause, LongestPause, 0.5, 1);

    internal bool IsMqtt5 => Protocol == "5";

    internal string EffectiveClientId =>
        string.IsNullOrWhiteSpace(ClientId) ? MqttText.Fit($"edgeinspector-{Environment.MachineName}") : ClientId;

    /// <summary>Each broker by itself, in the order in which they are tried: <see cref="Host"/>, then <see cref="OtherHosts"/>.</summary>
    internal IReadOnlyList<MqttOptions> Nodes => OtherHosts.Count == 0 ? [this] :
    [
        this with { OtherHosts = [] },
        .. OtherHosts.Select(other => HostAndPort.TryParse(other, out HostAndPort? place)
            ? this with { Host = place.Host, Port = place.Port ?? Port, OtherHosts = [], IsOther = true }
            : throw new InvalidOperationException($"Not validated: {other}")),
    ];

    internal bool IsThisMachine => Host is "localhost" or "127.0.0.1" or "::1";

    /// <summary>The settings that say where the broker is, for words to the operator.</summary>
    internal string HostSetting => IsOther ? "Mqtt:OtherHosts" : "Mqtt:Host";

    /// <summary>Where the port is set.</summary>
    internal string PortSetting => IsOther ? HostSetting : "Mqtt:Port";

    /// <summary>The broker as an operator knows it: <c>mqtts://host:port</c>; never carries secrets.</summary>
    internal string Address => $"{(Tls.Enabled ? "mqtts" : "mqtt")}://{Host}:{Port}";

    private bool IsOther { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (LongestPause < FirstPause)
            yield return new($"LongestPause ({LongestPause}) must not be shorter than FirstPause ({FirstPause}).", [nameof(LongestPause)]);
        if (Host.Contains("://", StringComparison.Ordinal) || Host.Contains('/'))
            yield return new($"Host is a name or an address alone, without \"mqtt://\" or a path: {Host}", [nameof(Host)]);
        else if (HostAndPort.TryParse(Host, out HostAndPort? written) && written.Port is { } port)
            yield return new($"Host is a name or an address alone. Set Host to \"{written.Host}\" and Port to {port}.", [nameof(Host)]);
        foreach (string other in OtherHosts)
        {
            if (!HostAndPort.TryParse(other, out HostAndPort? place))
                yield return new($"\"{other}\" is not host or host:port, such as node-2 or node-2:1883.", [nameof(OtherHosts)]);
            else if (place.Host.Equals(Host, StringComparison.OrdinalIgnoreCase) && (place.Port ?? Port) == Port)
                yield return new($"\"{other}\" is Mqtt:Host itself. Name the other nodes of the cluster alone.", [nameof(OtherHosts)]);
        }
        if (Password is not null && PasswordFile is not null)
            yield return new("Give Password or PasswordFile, not both.", [nameof(PasswordFile)]);
        if (UserName is null && (Password is not null || PasswordFile is not null))
            yield return new("A password needs a UserName.", [nameof(UserName)]);
        if (TopicTemplate.Check(TopicPrefix, TopicValues) is { } wrong)
            yield return new(wrong, [nameof(TopicPrefix)]);
        foreach ((string name, string? value) in new[] { (nameof(ClientId), ClientId), (nameof(UserName), UserName) })
        {
            if (value is not null && MqttText.FaultOf(value) is { } unfit)
                yield return new($"{name} {unfit}", [name]);
        }
        foreach (ValidationResult result in Tls.Validate(validationContext))
            yield return new(result.ErrorMessage, [.. result.MemberNames.Select(name => $"{nameof(Tls)}:{name}")]);
    }
}
