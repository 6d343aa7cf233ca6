using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Settings;

namespace EdgeInspector.Cli.Arguments;

/// <summary>
/// A broker's address on the command line: <c>host</c>, <c>host:port</c>, <c>[fe80::1]:port</c>, or the same as the log writes it,
/// <c>mqtt://host:port</c>.
/// </summary>
/// <param name="Host">A name or a number, without brackets.</param>
/// <param name="Port">The port; null where none is written.</param>
/// <param name="Tls">What the scheme says of TLS; null where there is no scheme.</param>
internal sealed record BrokerAddress(string Host, int? Port, bool? Tls)
{
    private const int PlainPort = 1883;
    private const int TlsPort = 8883;

    /// <summary>The port; the usual one where no port is written.</summary>
    public int PortOr(bool tls) => Port ?? (tls ? TlsPort : PlainPort);

    /// <summary>Reads an address.</summary>
    /// <exception cref="RefusedException">The text is no address.</exception>
    public static BrokerAddress Parse(string text)
    {
        string rest = text.Trim();
        bool? tls = null;
        if (rest.Split("://", 2) is [{ } scheme, { } after])
        {
            tls = scheme.ToLowerInvariant() switch
            {
                "mqtt" or "tcp" => false,
                "mqtts" or "ssl" or "tls" => true,
                _ => throw new RefusedException($"--broker: '{SecretText.HideLogins(text)}' begins with {scheme}://, "
                    + "which is no way to a broker here. Write host, host:port, mqtt://host:port or mqtts://host:port."),
            };
            rest = after.TrimEnd('/');
        }
        return !HostAndPort.TryParse(rest, out HostAndPort? place)
            ? throw new RefusedException($"--broker: '{SecretText.HideLogins(text)}' is not host or host:port, "
                + "such as broker.plant:1883 or mqtts://broker.plant:8883. A login goes into --Mqtt:UserName and --Mqtt:PasswordFile.")
            : new BrokerAddress(place.Host, place.Port, tls);
    }
}
