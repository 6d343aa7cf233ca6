using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Web.Calling;

namespace EdgeInspector.Web.Pictures;

/// <summary>
/// Fetches the picture that a caller names by its address, from hosts that the settings allow. Whatever a name leads to, addresses of
/// this machine and link-local ones (where clouds answer with their secrets) are never asked, and redirections are not followed.
/// </summary>
internal sealed class PictureFetch : IDisposable
{
    private readonly PredictionApiOptions _options;
    private readonly HttpClient _client;

    public PictureFetch(PredictionApiOptions options)
    {
        _options = options;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectCallback = ConnectAsync,
            MaxConnectionsPerServer = 4,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        };
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Fetches it.</summary>
    /// <param name="address">As the caller wrote it; null: the caller named none.</param>
    /// <param name="stop">The caller is gone.</param>
    public async Task<PictureBody> GetAsync(string? address, CancellationToken stop)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https"))
            return Refused("Send {\"url\": \"…\"} with an address that begins with http:// or https://.");
        if (!IsAllowed(uri.IdnHost))
            return Refused(
                $"Pictures of the host {uri.IdnHost} are not fetched. Name the host in Http:Prediction:UrlHosts, or send the picture.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(_options.UrlTimeout);
        try
        {
            using HttpResponseMessage answer = await _client.GetAsync(
                uri, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            if (answer.StatusCode != HttpStatusCode.OK)
                return Refused($"{uri.IdnHost} answered {(int)answer.StatusCode} instead of the picture.");
            Stream body = await answer.Content.ReadAsStreamAsync(limit.Token).ConfigureAwait(false);
            return await BoundedBytes.ReadAsync(body, _options.MostBytes, limit.Token).ConfigureAwait(false) is { } bytes
                ? new PictureBody(bytes, null)
                : new PictureBody(null, CallFault.Size($"The picture is larger than {_options.MostBytes:N0} bytes."));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return Refused($"{uri.IdnHost} did not give the picture within {_options.UrlTimeout.TotalSeconds:0.#} s.");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or SocketException)
        {
            return Refused($"{uri.IdnHost} can't be reached: {fault.GetBaseException().Message}");
        }
    }

    public void Dispose() => _client.Dispose();

    private bool IsAllowed(string host) => _options.UrlHosts.Any(allowed => allowed.StartsWith("*.", StringComparison.Ordinal)
        ? host.EndsWith(allowed[1..], StringComparison.OrdinalIgnoreCase)
        : host.Equals(allowed, StringComparison.OrdinalIgnoreCase));

    // Here and not before: a name may lead elsewhere when it is looked up a second time.
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        IPAddress[] found = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, stop).ConfigureAwait(false);
        HashSet<IPAddress> own = [.. NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(card => card.GetIPProperties().UnicastAddresses).Select(one => one.Address)];
        IPAddress[] usable = [.. found.Where(address => !IsWithheld(address) && !own.Contains(address))];
        if (usable.Length == 0)
            throw new HttpRequestException("the name leads to an address of this machine or a link-local one");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(usable, context.DnsEndPoint.Port, stop).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>True for what only this machine, or its own link, answers.</summary>
    internal static bool IsWithheld(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            return true;
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            return address.IsIPv6LinkLocal || address.IsIPv6Multicast;
        byte[] bytes = address.GetAddressBytes();
        return bytes[0] is 0 or 127 or >= 224 || (bytes[0] == 169 && bytes[1] == 254);
    }

    private static PictureBody Refused(string message) => new(null, CallFault.Url(message));
}
