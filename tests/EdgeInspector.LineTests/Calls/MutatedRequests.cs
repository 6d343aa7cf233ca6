using System.Net.Sockets;
using System.Text;

namespace EdgeInspector.LineTests.Calls;

/// <summary>Requests that begin as good ones and are then changed by chance, byte by byte, and sent over bare sockets.</summary>
internal sealed class MutatedRequests(int port, string key, byte[] picture, int seed)
{
    // An answer may wait for pictures before it; a request that is not whole gets none until the server gives up.
    private static readonly TimeSpan MostWait = TimeSpan.FromMilliseconds(300);

    private static readonly byte[] FormBegin =
        "--b\r\nContent-Disposition: form-data; name=imageData; filename=a\r\n\r\n"u8.ToArray();

    private static readonly string[] Paths =
    [
        "/customvision/v3.0/Prediction/8f1b6b9e-7c55-4f0a-9a52-3f0f3a8c1234/classify/iterations/Iteration3/image",
        "/customvision/v3.1/prediction/s2/detect/iterations/s2/image/nostore", "/customvision/v3.0/Prediction/s2/detect/iterations/s2/url",
        "/image", "/url", "/", "/health/ready", "/stations/s2/trigger", "/stations/../../etc/passwd/trigger", "/stations/%2e%2e%2f/trigger",
    ];

    private readonly Random _random = new(seed);

    /// <summary>Sends so many, one after the other; gives the statuses of the answers, 0 for none.</summary>
    public async Task<List<int>> SendAsync(int count)
    {
        var statuses = new List<int>();
        for (int i = 0; i < count; i++)
            statuses.Add(await SendAsync(Next()).ConfigureAwait(false));
        return statuses;
    }

    private async Task<int> SendAsync(byte[] request)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", port).ConfigureAwait(false);
            NetworkStream stream = client.GetStream();
            await stream.WriteAsync(request).ConfigureAwait(false);
            byte[] answer = new byte[32];
            using var limit = new CancellationTokenSource(MostWait);
            int read = await stream.ReadAtLeastAsync(answer, 12, throwOnEndOfStream: false, limit.Token).ConfigureAwait(false);
            string line = Encoding.ASCII.GetString(answer, 0, read);
            return line.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) && int.TryParse(line.AsSpan(9, 3), out int status) ? status : 0;
        }
        catch (Exception fault) when (fault is IOException or SocketException or OperationCanceledException)
        {
            return 0;
        }
    }

    private byte[] Next()
    {
        string path = Paths[_random.Next(Paths.Length)];
        byte[] body = _random.Next(6) switch
        {
            0 => Encoding.UTF8.GetBytes("""{"url":"http://169.254.169.254/latest"}"""),
            1 => Encoding.UTF8.GetBytes("""{"part":"P-1","type":"left"}"""),
            2 => [],
            3 => [.. FormBegin, .. Mutated(picture, 3), .. "\r\n--b--\r\n"u8],
            _ => Mutated(picture, _random.Next(8)),
        };
        string[] types = ["multipart/form-data; boundary=b", "application/json", "application/octet-stream"];
        string type = types[_random.Next(types.Length)];
        string method = _random.Next(10) switch { 0 => "GET", 1 => "PUT", 2 => "TRACE", _ => "POST" };
        string head = $"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nPrediction-Key: {key}\r\nContent-Type: {type}\r\n"
            + $"Content-Length: {(_random.Next(20) == 0 ? _random.NextInt64() : body.Length)}\r\nConnection: close\r\n\r\n";
        byte[] bytes = Encoding.UTF8.GetBytes(head);
        return [.. _random.Next(2) == 0 ? bytes : Mutated(bytes, _random.Next(1, 5)), .. body];
    }

    private byte[] Mutated(byte[] whole, int changes)
    {
        byte[] bytes = [.. whole];
        for (; changes > 0 && bytes.Length > 0; changes--)
            bytes[_random.Next(bytes.Length)] = (byte)_random.Next(256);
        return bytes;
    }
}
