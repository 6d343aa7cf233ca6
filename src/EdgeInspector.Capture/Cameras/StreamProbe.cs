using System.Net.Sockets;
using System.Security.Authentication;
using EdgeInspector.Capture.Cameras.Network;
using EdgeInspector.Capture.ImageFiles;

namespace EdgeInspector.Capture.Cameras;

/// <summary>
/// Finds out why a stream gave no picture, which FFmpeg does not say: asks the camera itself, with the same login. Used after a failure,
/// never before.
/// </summary>
internal static class StreamProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>The cause as a sentence, with what to do about it.</summary>
    /// <param name="options">The camera.</param>
    /// <param name="words">What ffmpeg said until its end.</param>
    /// <param name="hasTimedOut">True when ffmpeg was ended because no picture came; false when it ended by itself.</param>
    public static string Explain(UrlOptions options, FfmpegWords words, bool hasTimedOut)
    {
        if (words.RefusedOption is { } option)
            return $"The program ffmpeg does not understand '{option}', which the agent passes to it. "
                + "Install another version (4.4 to 8 are known to work).";
        var address = new Uri(options.Address);
        bool isStreaming = false;
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            if (address.Scheme is "rtsp" or "rtsps" && AskRtsp(options, address, words, hasTimedOut, patience.Token) is { } cause)
                return cause;
            if (address.Scheme is "http" or "https" && AskHttp(options, out isStreaming, patience.Token) is { } refusal)
                return refusal;
            if (address.Scheme is "rtmp")
                Knock(address, patience.Token);
        }
        catch (SocketException fault)
        {
            return NetworkFault.Unreachable(address, fault);
        }
        catch (OperationCanceledException)
        {
            return NetworkFault.NoAnswer(address);
        }
        catch (AuthenticationException)
        {
            return $"{NetworkFault.Where(address)} does not speak TLS. Write rtsp:// in place of rtsps://, "
                + "or the port of the encrypted stream.";
        }
        catch (IOException)
        {
            return NetworkFault.Closed(address);
        }
        return Judge(options, words, hasTimedOut, isStreaming);
    }

    private static string? AskRtsp(UrlOptions options, Uri address, FfmpegWords words, bool hasTimedOut, CancellationToken patience)
    {
        RtspAnswer answer = RtspDescription.Ask(address, options.UserName, StreamAddress.Password(options), patience);
        // ffmpeg does not log in again with a newer nonce, so a camera that took such a login from the agent still refuses ffmpeg.
        if (answer.IsStale && (answer.Status == 401 || words.RefusedRequest is (_, 401)))
            return NetworkFault.Stale(options, address);
        if (answer.Status is 301 or 302 or 303 or 305 or 307 or 308)
            return NetworkFault.SentOnInVain(options, address, answer.Location);
        if (NetworkFault.Refusal(options, address, answer.Status, answer.IsLoginSent) is { } refusal)
            return refusal;
        if (answer.Status == 0)
            return $"{NetworkFault.Where(address)} answers, but not as an RTSP camera does. Check the port; RTSP is mostly 554.";
        SessionDescription holds = SessionDescription.Parse(answer.Body);
        if (holds.Kinds.Count > 0 && !holds.HasVideo)
            return NoPicture(options, string.Join(", ", holds.Kinds.Distinct()));
        if (!holds.IsDecodable)
            return Undecodable(options, holds.Codec!);
        if (words.RefusedRequest is (string method, int status)
            && NetworkFault.LaterRefusal(options, address, method, status, answer.IsLoginSent) is { } later)
        {
            return later;
        }
        return hasTimedOut
            ? $"{NetworkFault.Where(address)} answers, "
                + $"but its stream {options.ShownAddress} gave no picture within {options.OpenTimeout.TotalSeconds:0.#} s. "
                + (options.Transport == StreamTransport.Udp
                    ? "Something between may hold datagrams back: set Url:Transport to Tcp."
                    : "Check that the camera's sensor is on; try Url:Transport Udp, or a longer Url:OpenTimeout.")
            : null;
    }

    private static string? AskHttp(UrlOptions options, out bool isStreaming, CancellationToken patience)
    {
        isStreaming = false;
        try
        {
            using var camera = new HttpPictures(options, new ImageLimits());
            isStreaming = camera.IsStreaming(patience);
            return null;
        }
        catch (CameraException refusal)
        {
            return refusal.Message;
        }
    }

    private static void Knock(Uri address, CancellationToken patience)
    {
        using var client = new TcpClient();
        client.ConnectAsync(address.Host, StreamAddress.Port(address), patience).AsTask().GetAwaiter().GetResult();
    }

    /// <summary>The cause by ffmpeg's own words, where the camera itself refused nothing.</summary>
    private static string Judge(UrlOptions options, FfmpegWords words, bool hasTimedOut, bool isStreaming)
    {
        if (words.MissingDecoder is { } codec)
            return Undecodable(options, codec);
        if (words.SaysNoVideo)
            return NoPicture(options, "no video");
        if (words.LacksProtocol)
            return $"The program ffmpeg on this machine can't read addresses like {options.ShownAddress}: "
                + "it was built without that protocol. Install the distribution's full ffmpeg.";
        if (words.SaysInvalidData)
            return $"What {options.ShownAddress} sends is no stream that ffmpeg can read. "
                + "Check the address and the codec; H.264 and Motion JPEG are understood everywhere.";
        if (hasTimedOut && isStreaming)
        {
            return $"The stream {options.ShownAddress} sends data, "
                + $"but no picture could be made of it within {options.OpenTimeout.TotalSeconds:0.#} s. "
                + "Look at the address in a browser; if pictures come there, but seldom, set a longer Url:OpenTimeout.";
        }
        return hasTimedOut
            ? $"The stream {options.ShownAddress} could not be opened within {options.OpenTimeout.TotalSeconds:0.#} s. "
                + "Check the address and that the camera sends."
            : $"The stream {options.ShownAddress} ended at once, without a picture. "
                + "Check the path, and whether other viewers use the camera.";
    }

    private static string NoPicture(UrlOptions options, string holds) =>
        $"There is no picture in the stream {options.ShownAddress} (it holds: {holds}). "
        + "Take the address of the camera's video stream, or switch video on for this one.";

    private static string Undecodable(UrlOptions options, string codec) =>
        $"The stream {options.ShownAddress} has its pictures as '{codec}', which ffmpeg can't decode. "
        + "Set the camera to H.264, H.265 or Motion JPEG.";
}
