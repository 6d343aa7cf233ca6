using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace EdgeInspector.Capture.Cameras.Network;

/// <summary>A camera's answer to the question what its stream holds.</summary>
/// <param name="Status">The answer's status; 0 when the answer is not RTSP.</param>
/// <param name="Body">The session description (RFC 8866); empty unless the status is 200.</param>
/// <param name="IsLoginSent">True when the answer came after user name and password were sent.</param>
/// <param name="IsStale">True when the camera called the login that it refused last outdated (its nonce), not wrong.</param>
/// <param name="Location">The address to which the camera redirects; null for none.</param>
internal readonly record struct RtspAnswer(int Status, string Body, bool IsLoginSent, bool IsStale, string? Location = null);

/// <summary>The head of an RTSP answer.</summary>
/// <param name="Status">The answer's status; 0 when the answer is not RTSP.</param>
/// <param name="Challenges">The values of the headers WWW-Authenticate.</param>
/// <param name="Length">How many bytes of body follow.</param>
/// <param name="Location">The address to which the camera redirects; null for none.</param>
internal readonly record struct RtspHead(int Status, IReadOnlyList<string> Challenges, int Length, string? Location);

/// <summary>Asks an RTSP camera for the description of a stream, with the login that the settings hold (RFC 2326, DESCRIBE).</summary>
internal static class RtspDescription
{
    private const int MostHeadBytes = 16_384, MostBodyBytes = 65_536, MostLogins = 3;

    /// <summary>
    /// Asks once, once more with the login when the camera wants one, and again while the camera calls that login outdated.
    /// </summary>
    /// <exception cref="SocketException">The camera can't be reached.</exception>
    /// <exception cref="IOException">The connection ended before an answer.</exception>
    /// <exception cref="OperationCanceledException">There was no answer in time.</exception>
    public static RtspAnswer Ask(Uri address, string? user, string? password, CancellationToken patience)
    {
        var connection = new Connection(address, patience);
        try
        {
            Reply reply = connection.Ask(address, 1, null, patience);
            int logins = 0;
            bool isStale = false;
            while (reply.Status == 401 && user is not null && (logins == 0 || isStale) && logins < MostLogins
                && RtspLogin.Answer(reply.Head.Challenges, user, password ?? "", "DESCRIBE", address) is { } login)
            {
                logins++;
                reply = AskWithLogin(ref connection, address, logins + 1, login, patience);
                if (reply.Status == 401)
                    isStale = RtspLogin.IsStale(reply.Head.Challenges);
            }
            return new RtspAnswer(reply.Status, reply.Body, logins > 0, isStale, reply.Head.Location);
        }
        finally
        {
            connection.Dispose();
        }
    }

    private static Reply AskWithLogin(ref Connection connection, Uri address, int number, string login, CancellationToken patience)
    {
        try
        {
            return connection.Ask(address, number, login, patience);
        }
        catch (IOException)
        {
            // Some cameras close the connection after an answer that asks for a login.
            connection.Dispose();
            connection = new Connection(address, patience);
            return connection.Ask(address, number, login, patience);
        }
    }

    /// <summary>Parses the head of the answer in <paramref name="text"/>.</summary>
    internal static RtspHead ParseHead(string text)
    {
        string[] lines = text.Split("\r\n");
        string[] words = lines[0].Split(' ', 3);
        bool isRtsp = words.Length >= 2 && words[0].StartsWith("RTSP/", StringComparison.Ordinal);
        int status = isRtsp && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
        var challenges = new List<string>();
        int length = 0;
        string? location = null;
        foreach (string line in lines.Skip(1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
                continue;
            string name = line[..colon].Trim(), value = line[(colon + 1)..].Trim();
            if (name.Equals("WWW-Authenticate", StringComparison.OrdinalIgnoreCase))
                challenges.Add(value);
            else if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
                _ = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out length);
            else if (name.Equals("Location", StringComparison.OrdinalIgnoreCase) && value.Length > 0)
                location ??= value;
        }
        return new RtspHead(status, challenges, Math.Clamp(length, 0, MostBodyBytes), location);
    }

    private readonly record struct Reply(RtspHead Head, string Body)
    {
        public int Status => Head.Status;
    }

    private sealed class Connection : IDisposable
    {
        private readonly TcpClient _client = new();
        private readonly Stream _stream;

        public Connection(Uri address, CancellationToken patience)
        {
            try
            {
                _client.ConnectAsync(address.Host, StreamAddress.Port(address), patience).AsTask().GetAwaiter().GetResult();
                _stream = _client.GetStream();
                if (address.Scheme != "rtsps")
                    return;
                // ffmpeg does not check the certificate either.
#pragma warning disable CA5359
                var secure = new SslStream(_stream, leaveInnerStreamOpen: false, (_, _, _, _) => true);
#pragma warning restore CA5359
                _stream = secure;
                secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = address.Host }, patience)
                    .GetAwaiter()
                    .GetResult();
            }
            catch
            {
                _client.Dispose();
                throw;
            }
        }

        public Reply Ask(Uri address, int number, string? login, CancellationToken patience)
        {
            string request = $"DESCRIBE {address.AbsoluteUri} RTSP/1.0\r\nCSeq: {number}\r\nAccept: application/sdp\r\n"
                + "User-Agent: EdgeInspector\r\n" + (login is null ? "\r\n" : $"Authorization: {login}\r\n\r\n");
            _stream.WriteAsync(Encoding.ASCII.GetBytes(request), patience).AsTask().GetAwaiter().GetResult();
            RtspHead head = ParseHead(ReadHead(patience));
            byte[] body = new byte[head.Length];
            int got = _stream.ReadAtLeastAsync(body, head.Length, throwOnEndOfStream: false, patience).AsTask().GetAwaiter().GetResult();
            return new Reply(head, Encoding.UTF8.GetString(body, 0, got));
        }

        public void Dispose()
        {
            _stream?.Dispose();
            _client.Dispose();
        }

        private string ReadHead(CancellationToken patience)
        {
            var head = new List<byte>(512);
            byte[] one = new byte[1];
            while (head.Count < MostHeadBytes)
            {
                if (_stream.ReadAsync(one, patience).AsTask().GetAwaiter().GetResult() == 0)
                    throw new IOException("The connection ended before the answer was whole.");
                head.Add(one[0]);
                if (head.Count >= 4 && head[^1] == '\n' && head[^2] == '\r' && head[^3] == '\n' && head[^4] == '\r')
                    break;
            }
            return Encoding.Latin1.GetString([.. head]);
        }
    }
}
