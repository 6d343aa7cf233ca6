using System.Net.Sockets;
using System.Text;

namespace EdgeInspector.Capture.Cameras;

/// <summary>Finds out why a stream could not be opened: FFmpeg only says that it could not. Used after a failure, never before.</summary>
internal static class StreamProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>The cause as a sentence, with what to do about it.</summary>
    public static string Explain(UrlOptions options)
    {
        var uri = new Uri(options.Address);
        string where = $"{uri.Host}:{Port(uri)}";
        if (uri.Scheme is not ("rtsp" or "rtsps" or "http" or "https" or "rtmp"))
            return $"The stream {options.ShownAddress} could not be opened within {options.OpenTimeout.TotalSeconds:0.#} s. Check the address and that the camera sends.";
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            using var client = new TcpClient();
            client.ConnectAsync(uri.Host, Port(uri), patience.Token).AsTask().GetAwaiter().GetResult();
            if (uri.Scheme is not ("rtsp" or "http"))
                return $"{where} answers, but the stream {options.ShownAddress} could not be opened. Check the path, user name and password.";
            return Judge(options, where, Ask(client, uri, patience.Token));
        }
        catch (SocketException fault) when (fault.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return $"{where} refuses the connection. Check the port, and that the camera's stream is switched on.";
        }
        catch (SocketException fault) when (fault.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain)
        {
            return $"The name {uri.Host} is not known. Check the address, or write the camera's IP address.";
        }
        catch (SocketException fault)
        {
            return $"{where} cannot be reached: {fault.Message}. Check the network and that the camera is on.";
        }
        catch (OperationCanceledException)
        {
            return $"{where} does not answer. Check the network, a firewall between, and that the camera is on.";
        }
        catch (IOException)
        {
            return $"{where} closed the connection when the stream was asked for. Check the address {options.ShownAddress}.";
        }
    }

    private static string Judge(UrlOptions options, string where, int status) => status switch
    {
        401 or 403 when options.UserName is null => $"{where} wants a user name and password for {options.ShownAddress}. Set Url:UserName and Url:Password or Url:PasswordFile.",
        401 or 403 => $"{where} refused the user name or password for {options.ShownAddress}. Check Url:UserName and the password.",
        404 => $"{where} knows no stream {options.ShownAddress}. Check the path; the camera's manual names it.",
        >= 400 => $"{where} refuses the stream {options.ShownAddress} (status {status}).",
        _ => $"{where} answers, but its stream {options.ShownAddress} gave no picture within {options.OpenTimeout.TotalSeconds:0.#} s. "
            + "Check the codec, and try the other Url:Transport.",
    };

    /// <summary>Asks for the stream's description and returns the answer's status; 0 when the answer is not understood.</summary>
    private static int Ask(TcpClient client, Uri uri, CancellationToken patience)
    {
        string request = uri.Scheme == "rtsp"
            ? $"DESCRIBE {uri.AbsoluteUri} RTSP/1.0\r\nCSeq: 1\r\nAccept: application/sdp\r\n\r\n"
            : $"GET {uri.PathAndQuery} HTTP/1.1\r\nHost: {uri.Authority}\r\nConnection: close\r\n\r\n";
        NetworkStream stream = client.GetStream();
        stream.WriteAsync(Encoding.ASCII.GetBytes(request), patience).AsTask().GetAwaiter().GetResult();
        byte[] answer = new byte[64];
        int length = stream.ReadAtLeastAsync(answer, 12, throwOnEndOfStream: false, patience).AsTask().GetAwaiter().GetResult();
        string[] words = Encoding.ASCII.GetString(answer, 0, length).Split(' ', 3);
        return words.Length >= 2 && int.TryParse(words[1], out int status) ? status : 0;
    }

    private static int Port(Uri uri) => uri.Port > 0 ? uri.Port : uri.Scheme switch
    {
        "rtsps" => 322,
        "rtmp" => 1935,
        _ => 554,
    };
}
