using System.Globalization;
using EdgeInspector.Hosting;

namespace EdgeInspector.Commands;

/// <summary>A broker's address on the command line.</summary>
internal static class BrokerAddress
{
    private const int UsualPort = 1883;

    /// <summary>Reads <c>host</c> or <c>host:port</c>.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="usualPort">The port where none is written.</param>
    /// <exception cref="RefusedException">It is neither.</exception>
    public static (string Host, int Port) Parse(string text, int usualPort = UsualPort)
    {
        string[] words = text.Split(':');
        return words switch
        {
            [{ Length: > 0 } host] => (host, usualPort),
            [{ Length: > 0 } host, { } port] when ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) && number > 0 => (host, number),
            _ => throw new RefusedException($"--broker: '{text}' is not host or host:port."),
        };
    }
}
