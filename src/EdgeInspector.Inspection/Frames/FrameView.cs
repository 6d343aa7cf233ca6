namespace EdgeInspector.Inspection.Frames;

/// <summary>
/// A look at a picture where it lies, in the camera driver's memory or in a <see cref="Frame"/>: 8 bits a channel, interleaved, rows top to
/// bottom. Valid only during the call that the view is handed to.
/// </summary>
/// <param name="data">Address of the first byte of the top left pixel.</param>
/// <param name="width">Pixels in a row, at least 1.</param>
/// <param name="height">Rows, at least 1.</param>
/// <param name="stride">Bytes from one row to the next, at least the bytes of a row.</param>
/// <param name="channels">Bytes in a pixel: 1 (grey), 3 (BGR) or 4 (BGRA).</param>
/// <param name="capturedAt">When the picture was taken, in ticks of the station's clock.</param>
public readonly unsafe ref struct FrameView(nint data, int width, int height, long stride, int channels, long capturedAt)
{
    /// <summary>Pixels in a row.</summary>
    public int Width { get; } = width;

    /// <summary>Rows.</summary>
    public int Height { get; } = height;

    /// <summary>Bytes in a pixel: 1 (grey), 3 (BGR) or 4 (BGRA).</summary>
    public int Channels { get; } = channels;

    /// <summary>When the picture was taken, in ticks of the station's clock (monotonic).</summary>
    public long CapturedAt { get; } = capturedAt;

    /// <summary>The pixels of one row: <see cref="Width"/> × <see cref="Channels"/> bytes.</summary>
    /// <param name="number">0 is the top row; not checked.</param>
    public ReadOnlySpan<byte> Row(int number) => new((void*)(data + (nint)(number * stride)), Width * Channels);
}
