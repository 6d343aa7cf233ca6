using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Delivery.Connecting;

/// <summary>
/// Finds out what answers in a broker's place, if it is no broker: asks in HTTP. A server of web pages or of MQTT over WebSockets answers,
/// and many other servers then say their name. A broker hangs up.
/// </summary>
internal static class OtherProtocol
{
    private const int LongestAnswer = 256, LongestQuote = 60;

    // The request asks for no page: libwebsockets, and so mosquitto, hangs up on a request for a page without a word.
    private static readonly byte[] Question = "OPTIONS * HTTP/1.1\r\nHost: broker\r\nConnection: close\r\n\r\n"u8.ToArray();

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>The first line of the answer, fit to be printed; null when there is no answer in text.</summary>
    /// <param name="place">Where to ask.</param>
    /// <param name="tls">How to ask; null: in plain text.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends the asking.</param>
    public static async Task<string?> Answer(EndPoint place, TlsStreams? tls, TimeProvider time, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        try
        {
            await using Stream stream = tls is null
                ? await Plain(place, either.Token).ConfigureAwait(false)
                : await tls.ConnectAsync(place, either.Token).ConfigureAwait(false);
            await stream.WriteAsync(Question, either.Token).ConfigureAwait(false);
            byte[] answer = new byte[LongestAnswer];
            int length = 0, read;
            while (length < answer.Length && !answer.AsSpan(0, length).Contains((byte)'\n')
                && (read = await stream.ReadAsync(answer.AsMemory(length), either.Token).ConfigureAwait(false)) > 0)
                length += read;
            return Text(answer.AsSpan(0, length));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            stop.ThrowIfCancellationRequested();
            return null;
        }
    }

    private static string? Text(ReadOnlySpan<byte> answer)
    {
        int end = answer.IndexOfAny("\r\n"u8);
        ReadOnlySpan<byte> line = end < 0 ? answer : answer[..end];
        return line.Length < 4 || line.ContainsAnyExceptInRange((byte)' ', (byte)'~')
            ? null
            : PrintableText.Of(Encoding.ASCII.GetString(line), LongestQuote);
    }

    private static async Task<NetworkStream> Plain(EndPoint place, CancellationToken stop)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(place, stop).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
