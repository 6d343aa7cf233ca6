namespace EdgeInspector.Capture.ImageFiles;

/// <summary>What an image file may cost before it is decoded.</summary>
public sealed record ImageLimits
{
    /// <summary>The largest file in bytes; 100 MB.</summary>
    public long MaxBytes { get; init; } = 100_000_000;

    /// <summary>The most pixels (width × height); 100 million, which decode to 300 MB.</summary>
    public long MaxPixels { get; init; } = 100_000_000;
}
