using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace EdgeInspector.Delivery.Connecting;

/// <summary>Where a broker is, as people write it: <c>host</c>, <c>host:port</c>, <c>[fe80::1]:port</c>.</summary>
/// <param name="Host">A name or an address, without brackets.</param>
/// <param name="Port">The port; null where none is written.</param>
public sealed record HostAndPort(string Host, int? Port)
{
    /// <summary>Reads a text; false when the text is not of this form.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out HostAndPort? place)
    {
        // An IPv6 address has colons itself, so a port can only follow a bracket.
        bool isBare = text.Count(letter => letter == ':') > 1 && !text.StartsWith('[');
        int end = isBare ? -1 : text.LastIndexOf(':');
        if (end >= 0 && text.IndexOf(']', end) >= 0)
            end = -1;
        string host = (end < 0 ? text : text[..end]).Trim('[', ']');
        int? port = null;
        if (end >= 0)
        {
            bool isNumber = ushort.TryParse(text[(end + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out ushort number);
            port = isNumber && number > 0 ? number : null;
        }
        bool isRefused = host.Length == 0 || (end >= 0 && port is null) || (host.Contains(':') && !IPAddress.TryParse(host, out _))
            || host.AsSpan().ContainsAny("/@ ,");
        place = isRefused ? null : new HostAndPort(host, port);
        return place is not null;
    }
}
