using System.Diagnostics;

namespace EdgeInspector.Capture.Cameras.Network;

/// <summary>
/// The program <c>ffmpeg</c> of this machine: which options it understands, found out once by trying, and how it is started. Versions 4.4
/// to 8 name the options that the agent needs differently; a version number says little of a build, so the number is not asked for.
/// </summary>
/// <param name="command">The program's name or path.</param>
internal sealed class FfmpegProgram(string command)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // Newest first: version 5.1 brought the first option; 4.4 knows only the second, which later versions don't know any more.
    private static readonly string[] FrameRateOptions = ["-fps_mode", "-vsync"];

    private readonly Lock _gate = new();
    private Speech? _speech;

    /// <summary>The program in the path.</summary>
    public static FfmpegProgram Installed { get; } = new("ffmpeg");

    /// <summary>What this program understands.</summary>
    /// <param name="FrameRateOption">The option by which each picture comes out once, as it comes in.</param>
    /// <param name="TakesListOptions">Whether a list of addresses may hold options for each.</param>
    public sealed record Speech(string FrameRateOption, bool TakesListOptions);

    /// <summary>What the program understands; tried at the first call, which takes a tenth of a second.</summary>
    /// <exception cref="CameraException">The program is not installed, does not run, or is too old.</exception>
    public Speech Understands()
    {
        lock (_gate)
            return _speech ??= Try();
    }

    /// <summary>Forgets what was found out, because another version may have been installed.</summary>
    public void Forget()
    {
        lock (_gate)
            _speech = null;
    }

    /// <summary>Starts the program with its three streams redirected.</summary>
    /// <exception cref="CameraException">The program is not installed, or may not be run.</exception>
    public Process Start(IEnumerable<string> arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(command, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (System.ComponentModel.Win32Exception fault)
        {
            throw new CameraException(
                "Network cameras are read by the program ffmpeg, which was not found. Install it (Debian, Ubuntu: apt-get install ffmpeg).",
                fault);
        }
    }

    /// <summary>The arguments for reading the addresses that stand in a list on standard input.</summary>
    public static string[] ReadingList(Speech speech) =>
        Arguments(["-f", "concat", "-safe", "0", "-protocol_whitelist", Protocols, "-format_whitelist", Forms, "-i", "pipe:0"], speech);

    /// <summary>The arguments for reading one RTSP address, which stands on the command line and must hold no secret.</summary>
    public static string[] ReadingRtsp(Speech speech, string transport, string address) =>
        Arguments(["-protocol_whitelist", Protocols, "-format_whitelist", Forms, "-rtsp_transport", transport, "-i", address], speech);

    private const string Protocols = "pipe,fd,rtsp,rtp,udp,tcp,tls,http,https,httpproxy,crypto,rtmp,srt";

    /// <summary>
    /// The allowed forms of a stream. Playlists (hls, dash, other lists) are not among them: a playlist would make ffmpeg send requests to
    /// any address in it. The first form is the list with one address that the agent writes.
    /// </summary>
    private const string Forms =
        "concat,rtsp,rtp,sdp,mpegts,mjpeg,mpjpeg,jpeg_pipe,png_pipe,bmp_pipe,image2pipe,flv,live_flv,h264,hevc,m4v,"
        + "mpegvideo,mpeg,mov,mp4,matroska,webm,asf,asf_o,avi,nut,ogg,av1,obu,ivf,vc1,yuv4mpegpipe";

    private static string[] Arguments(string[] input, Speech speech) =>
    [
        "-hide_banner", "-nostats", "-loglevel", "error",
        // Nothing is kept back: not while the stream is recognised, not for reordering, not by several decoder threads.
        "-fflags", "nobuffer", "-flags", "low_delay", "-threads", "1",
        .. input,
        "-map", "0:v:0", "-vf", "vflip", speech.FrameRateOption, "passthrough", "-autoscale", "0", "-c:v", "bmp", "-pix_fmt", "bgr24", "-f",
        "image2pipe", "pipe:1",
    ];

    private Speech Try()
    {
        string? refused = null;
        foreach (string option in FrameRateOptions)
        {
            refused = Refused(new Speech(option, TakesListOptions: true));
            if (refused is null or "option")
                return new Speech(option, refused is null);
            if (refused != option[1..])
                break;
        }
        throw new CameraException(
            $"The program ffmpeg on this machine does not understand '{refused}': it is too old, or an unknown version. "
            + "Install version 4.4 or newer (ffmpeg -version tells).");
    }

    /// <summary>
    /// Runs the program as for a camera, on an address that ends at once; the option or keyword that the program refused, or null.
    /// </summary>
    private string? Refused(Speech speech)
    {
        var words = new FfmpegWords();
        using Process process = Start(ReadingList(speech));
        process.ErrorDataReceived += (_, line) => words.Hear(line.Data);
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        try
        {
            process.StandardInput.Write("ffconcat version 1.0\nfile 'pipe:99'\noption rtsp_transport tcp\n");
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended before it read; its words tell why.
        }
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            throw new CameraException(
                $"The program ffmpeg did not end within {Patience.TotalSeconds:0} s when it was tried. Run ffmpeg -version by hand.");
        }
        process.WaitForExit();
        if (words.RefusedOption is null && words.IsSilent)
            throw new CameraException(
                $"The program ffmpeg ended with code {process.ExitCode} and no word when it was tried. Install it anew.");
        if (words.LacksLibrary is { } library)
            throw new CameraException($"The program ffmpeg does not start, since {library} is missing. Install it anew (Debian, Ubuntu: "
                + "apt-get install --reinstall ffmpeg).");
        return words.RefusedOption;
    }
}
