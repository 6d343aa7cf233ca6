using System.Net;
using System.Net.Sockets;

namespace EdgeInspector.Delivery.Connecting;

/// <summary>
/// Checks whether anything listens where the broker should be: one TCP connection, opened and closed. Far cheaper for both sides than a
/// login.
/// </summary>
internal static class BrokerPresence
{
    // A lost packet is first repeated after a second: it is quicker to open a new connection.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(600);

    /// <summary>Looks may go on for so long; then a real attempt finds out whether the reported fault is still true.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromMinutes(5);

    /// <summary>Looks once.</summary>
    /// <param name="options">Where to look.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends the looking.</param>
    public static async Task<bool> Listens(MqttOptions options, TimeProvider time, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        try
        {
            // All addresses at once, since one of them may lead nowhere.
            IPAddress[] addresses = await Dns.GetHostAddressesAsync(options.Host, either.Token).ConfigureAwait(false);
            IEnumerable<Task<bool>> looks = addresses.Select(address => Listens(new IPEndPoint(address, options.Port), either.Token));
            return (await Task.WhenAll(looks).ConfigureAwait(false)).Contains(true);
        }
        catch (Exception e) when (e is SocketException or ArgumentException or OperationCanceledException)
        {
            stop.ThrowIfCancellationRequested();
            return false;
        }
    }

    private static async Task<bool> Listens(IPEndPoint place, CancellationToken stop)
    {
        try
        {
            using var socket = new Socket(place.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(place, stop).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
