using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using OpenCvSharp;

namespace EdgeInspector.Capture.Cameras;

/// <summary>
/// The program <c>ffmpeg</c>, reading a network stream and writing each picture, as it comes, as a BMP into a pipe.
/// </summary>
/// <remarks>
/// The FFmpeg inside OpenCvSharp's Linux library is built without network, so it cannot read a stream. A process of its own has a further good side:
/// one that hangs is killed. BMP, because each picture then carries its size, also when the camera changes it; the rows are stored upside down twice over
/// (filter <c>vflip</c>, which costs nothing), so that they lie from top to bottom in memory. The address goes in through standard input, because a
/// command line, and with it a password, can be read by every user of the machine.
/// </remarks>
internal sealed class FfmpegStream : IDisposable
{
    private const int HeadBytes = 54;
    private const long MostPixels = 100_000_000;

    private readonly Process _process;
    private readonly Stream _pictures;
    private readonly byte[] _head = new byte[HeadBytes];
    private byte[] _pixels = [];
    private volatile string? _lastWords;

    /// <summary>Starts the program.</summary>
    /// <exception cref="CameraException">It is not installed.</exception>
    public FfmpegStream(UrlOptions options)
    {
        string script = Script(options);
        try
        {
            _process = Process.Start(new ProcessStartInfo("ffmpeg", Arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (System.ComponentModel.Win32Exception fault)
        {
            throw new CameraException("Network cameras are read by the program ffmpeg, which was not found. Install it (Debian, Ubuntu: apt-get install ffmpeg).", fault);
        }
        _process.ErrorDataReceived += (_, line) => _lastWords = string.IsNullOrWhiteSpace(line.Data) ? _lastWords : line.Data;
        _process.BeginErrorReadLine();
        _pictures = _process.StandardOutput.BaseStream;
        try
        {
            _process.StandardInput.Write(script);
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended at once; reading will show it.
        }
    }

    /// <summary>The last line the program complained with; may hold the address with the password.</summary>
    public string? LastWords => _lastWords;

    private static string[] Arguments =>
    [
        "-hide_banner", "-nostats", "-loglevel", "error",
        // Nothing kept back: not while the stream is recognised, not for reordering, not by several decoder threads.
        "-fflags", "nobuffer", "-flags", "low_delay", "-threads", "1",
        "-f", "concat", "-safe", "0", "-protocol_whitelist", "pipe,fd,rtsp,rtp,udp,tcp,tls,http,https,httpproxy,crypto,rtmp,srt", "-i", "pipe:0",
        "-map", "0:v:0", "-vf", "vflip", "-fps_mode", "passthrough", "-autoscale", "0", "-c:v", "bmp", "-pix_fmt", "bgr24", "-f", "image2pipe", "pipe:1",
    ];

    /// <summary>Reads one picture; null when the stream ended or the program was killed. The picture is valid until the next call.</summary>
    public Mat? Read()
    {
        if (!TryFill(_head))
            return null;
        ReadOnlySpan<byte> head = _head;
        int offset = BinaryPrimitives.ReadInt32LittleEndian(head[10..]);
        int width = BinaryPrimitives.ReadInt32LittleEndian(head[18..]);
        int height = Math.Abs(BinaryPrimitives.ReadInt32LittleEndian(head[22..]));
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(head[28..]);
        if (head[0] != 'B' || head[1] != 'M' || offset != HeadBytes || bits != 24 || width < 1 || height < 1 || (long)width * height > MostPixels)
            throw new CameraException($"ffmpeg gave a picture that is not understood ({width}x{height}, {bits} bits). Check the camera's codec and size.");
        int stride = (width * 3 + 3) / 4 * 4;
        int length = stride * height;
        if (_pixels.Length != length)
            _pixels = GC.AllocateUninitializedArray<byte>(length, pinned: true);
        return TryFill(_pixels)
            ? Mat.FromPixelData(height, width, MatType.CV_8UC3, Marshal.UnsafeAddrOfPinnedArrayElement(_pixels, 0), stride)
            : null;
    }

    /// <summary>Ends the program from any thread; a waiting <see cref="Read"/> then returns null.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (Exception ended) when (ended is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended by itself, or was disposed in the same moment.
        }
    }

    public void Dispose()
    {
        Kill();
        _process.WaitForExit(1000);
        _process.Dispose();
    }

    private static string Script(UrlOptions options)
    {
        string address = StreamAddress.WithCredentials(options).Replace("'", "%27", StringComparison.Ordinal);
        string transport = address.StartsWith("rtsp", StringComparison.Ordinal)
            ? $"option rtsp_transport {(options.Transport == StreamTransport.Udp ? "udp" : "tcp")}\n"
            : "";
        return $"ffconcat version 1.0\nfile '{address}'\n{transport}option fflags nobuffer\n";
    }

    private bool TryFill(byte[] buffer)
    {
        try
        {
            return _pictures.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) == buffer.Length;
        }
        catch (Exception end) when (end is IOException or ObjectDisposedException)
        {
            return false;
        }
    }
}
