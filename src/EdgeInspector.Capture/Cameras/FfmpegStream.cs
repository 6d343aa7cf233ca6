using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using EdgeInspector.Capture.Cameras.Network;
using OpenCvSharp;

namespace EdgeInspector.Capture.Cameras;

/// <summary>The program <c>ffmpeg</c>, which reads a network stream and writes each picture at once as a BMP into a pipe.</summary>
/// <remarks>
/// The FFmpeg inside OpenCvSharp's Linux library is built without network, so it cannot read a stream. A process of its own has another
/// advantage: a process that hangs can be killed. BMP is used because each picture then carries its size, also when the camera changes the
/// size; the rows are turned upside down twice (filter <c>vflip</c>, which costs nothing), so that they lie from top to bottom in memory.
/// The address goes in through standard input, because a command line, and with it a password, can be read by every user of the machine.
/// Version 4.4 takes no transport for an address that comes that way: there the command line holds the address of
/// <see cref="RtspSignpost"/>, which sends ffmpeg on to the camera.
/// </remarks>
internal sealed class FfmpegStream : IDisposable
{
    private const int HeadBytes = 54;
    private const long MostPixels = 100_000_000;

    private static readonly TimeSpan LastWordsTime = TimeSpan.FromSeconds(0.5);

    private readonly Process _process;
    private readonly Stream _pictures;
    private readonly RtspSignpost? _signpost;
    private readonly byte[] _head = new byte[HeadBytes];
    private byte[] _pixels = [];

    /// <summary>Starts the program.</summary>
    /// <exception cref="CameraException">The program is not installed or too old, or the password file cannot be read.</exception>
    public FfmpegStream(UrlOptions options, FfmpegProgram program)
    {
        FfmpegProgram.Speech speech = program.Understands();
        string address = StreamAddress.WithCredentials(options);
        bool isRtsp = address.StartsWith("rtsp", StringComparison.Ordinal);
        string transport = options.Transport == StreamTransport.Udp ? "udp" : "tcp";
        if (isRtsp && !speech.TakesListOptions)
        {
            _signpost = new RtspSignpost(address);
            try
            {
                _process = program.Start(FfmpegProgram.ReadingRtsp(speech, transport, _signpost.Address));
            }
            catch
            {
                _signpost.Dispose();
                throw;
            }
        }
        else
        {
            _process = program.Start(FfmpegProgram.ReadingList(speech));
        }
        _process.ErrorDataReceived += (_, line) => Words.Hear(line.Data);
        _process.BeginErrorReadLine();
        _pictures = _process.StandardOutput.BaseStream;
        try
        {
            if (_signpost is null)
                _process.StandardInput.Write(Script(address, isRtsp ? transport : null, speech.TakesListOptions));
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended at once; the next read will show that.
        }
    }

    /// <summary>The program's complaints.</summary>
    public FfmpegWords Words { get; } = new();

    /// <summary>
    /// Reads one picture; null when the stream ended or the program was killed. The picture is valid until the next call.
    /// </summary>
    public Mat? Read()
    {
        if (!TryFill(_head))
            return null;
        ReadOnlySpan<byte> head = _head;
        int offset = BinaryPrimitives.ReadInt32LittleEndian(head[10..]);
        int width = BinaryPrimitives.ReadInt32LittleEndian(head[18..]);
        int height = Math.Abs(BinaryPrimitives.ReadInt32LittleEndian(head[22..]));
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(head[28..]);
        if (head[0] != 'B' || head[1] != 'M' || offset != HeadBytes || bits != 24 || width < 1 || height < 1
            || (long)width * height > MostPixels)
            throw new CameraException(
                $"ffmpeg gave a picture that is not understood ({width}x{height}, {bits} bits). Check the camera's codec and size.");
        int stride = (width * 3 + 3) / 4 * 4;
        int length = stride * height;
        if (_pixels.Length != length)
            _pixels = GC.AllocateUninitializedArray<byte>(length, pinned: true);
        return TryFill(_pixels)
            ? Mat.FromPixelData(height, width, MatType.CV_8UC3, Marshal.UnsafeAddrOfPinnedArrayElement(_pixels, 0), stride)
            : null;
    }

    /// <summary>Waits a moment for the last words of a program that ended.</summary>
    public void HearOut()
    {
        using var patience = new CancellationTokenSource(LastWordsTime);
        try
        {
            _process.WaitForExitAsync(patience.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            // The last words did not come in time, so the agent goes on without them.
        }
    }

    /// <summary>Ends the program from any thread; a waiting <see cref="Read"/> then returns null.</summary>
    public void Kill()
    {
        try
        {
            // Where ffmpeg is a script that starts the program, the program is killed too.
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception ended) when (ended is InvalidOperationException or System.ComponentModel.Win32Exception or AggregateException)
        {
            // The process has ended by itself, or was disposed at the same moment.
        }
    }

    public void Dispose()
    {
        _signpost?.Dispose();
        Kill();
        _process.WaitForExit(1000);
        _process.Dispose();
    }

    // A list of one address. The command line's options for buffering apply to each address of a list, its options for transport do not. A
    // redirect of a camera over HTTP is not followed: it could make the agent send requests to any address in the plant.
    private static string Script(string address, string? transport, bool takesOptions)
    {
        string option = transport is not null ? $"option rtsp_transport {transport}\n"
            : takesOptions && address.StartsWith("http", StringComparison.Ordinal) ? "option max_redirects 0\n" : "";
        return $"ffconcat version 1.0\nfile '{address.Replace("'", "%27", StringComparison.Ordinal)}'\n{option}";
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
