using System.Globalization;
using EdgeInspector.Hosting;

namespace EdgeInspector.Bench;

/// <summary>A broker's address on the command line.</summary>
internal static class BenchAddress
{
    private const int UsualPort = 1883;

    /// <summary>Reads <c>host</c> or <c>host:port</c>.</summary>
    /// <exception cref="RefusedException">It is neither.</exception>
    public static (string Host, int Port) Parse(string text)
    {
        string[] words = text.Split(':');
        return words switch
        {
            [{ Length: > 0 } host] => (host, UsualPort),
            [{ Length: > 0 } host, { } port] when ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) => (host, number),
            _ => throw new RefusedException($"--broker: '{text}' is not host or host:port."),
        };
    }
}
