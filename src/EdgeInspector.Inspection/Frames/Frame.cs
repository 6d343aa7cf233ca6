using System.Runtime.InteropServices;

namespace EdgeInspector.Inspection.Frames;

/// <summary>
/// One image of a camera: 8-bit BGR, interleaved, rows top to bottom, in native memory that the garbage collector never sees.
/// </summary>
/// <remarks>
/// Reference-counted, because the picture of a rejected part outlives its verdict: the station still needs it while delivery encodes it.
/// Whoever is handed a frame owns one reference and ends it with <see cref="Release"/>; the last release returns the memory to its pool.
/// The pixels are written once, by the capture thread, before the frame is handed on.
/// </remarks>
public sealed unsafe class Frame
{
    /// <summary>
    /// Bytes after the last pixel that may be read, so that vectors can take more than a pixel at once. Their content is undefined.
    /// </summary>
    public const int SlackBytes = 16;

    private readonly FramePool _pool;
    private int _references;

    internal Frame(FramePool pool, int width, int height)
    {
        _pool = pool;
        Width = width;
        Height = height;
        Data = (nint)NativeMemory.AlignedAlloc((nuint)ByteCount + SlackBytes, 64);
    }

    /// <summary>Address of the first byte of the top left pixel.</summary>
    public nint Data { get; private set; }

    /// <summary>Pixels in a row, at least 1.</summary>
    public int Width { get; }

    /// <summary>Rows, at least 1.</summary>
    public int Height { get; }

    /// <summary>Bytes from one row to the next: always 3 × <see cref="Width"/>.</summary>
    public int Stride => Width * 3;

    /// <summary>Size of the picture in bytes.</summary>
    public int ByteCount => checked(Stride * Height);

    /// <summary>When the picture was taken, in ticks of the station's <see cref="TimeProvider"/> (monotonic).</summary>
    public long CapturedAt { get; private set; }

    /// <summary>When the picture was taken by the wall clock; for records only, never for durations.</summary>
    public DateTimeOffset CapturedAtWall { get; private set; }

    /// <summary>Counts the frames of one camera from 1, across reconnects.</summary>
    public long Sequence { get; private set; }

    /// <summary>What the source itself calls this picture (a file name, a simulated part's id), or null.</summary>
    public string? Label { get; private set; }

    /// <summary>
    /// The next picture of the same part, where the part's file holds several pictures; null for the last picture of a file and for
    /// pictures of cameras. This frame owns a reference of the next.
    /// </summary>
    public Frame? NextPage { get; private set; }

    /// <summary>The pixels: <see cref="ByteCount"/> bytes, B, G, R for each pixel.</summary>
    public ReadOnlySpan<byte> Pixels => new((void*)Data, ByteCount);

    /// <summary>A look at the pixels.</summary>
    public FrameView View => new(Data, Width, Height, Stride, 3, CapturedAt);

    /// <summary>The pixels, to be written by whoever fills the frame before <see cref="Stamp"/>.</summary>
    public Span<byte> Writable => new((void*)Data, ByteCount);

    /// <summary>Sets the time and number of the picture. Called once, by the capture thread, when the pixels are complete.</summary>
    public void Stamp(long capturedAt, DateTimeOffset capturedAtWall, long sequence, string? label = null)
    {
        CapturedAt = capturedAt;
        CapturedAtWall = capturedAtWall;
        Sequence = sequence;
        Label = label;
    }

    /// <summary>
    /// Hangs a further picture of the same part on this frame, which takes over the reference of that picture. Called by whoever fills the
    /// frame, before the frame is handed on.
    /// </summary>
    public void Append(Frame page) => NextPage = page;

    /// <summary>Adds a reference for another owner and returns the same frame.</summary>
    public Frame AddReference()
    {
        if (Interlocked.Increment(ref _references) <= 1)
            throw new InvalidOperationException("The frame was used after its last reference was released.");
        return this;
    }

    /// <summary>Ends one owner's use. The last release returns the memory to the pool.</summary>
    public void Release()
    {
        int left = Interlocked.Decrement(ref _references);
        if (left == 0)
        {
            (Frame? next, NextPage) = (NextPage, null);
            _pool.Return(this);
            next?.Release();
        }
        else if (left < 0)
            throw new InvalidOperationException("The frame was released more often than it was referenced.");
    }

    internal void Rent()
    {
        Label = null;
        Volatile.Write(ref _references, 1);
    }

    internal void Free()
    {
        NativeMemory.AlignedFree((void*)Data);
        Data = 0;
    }
}
