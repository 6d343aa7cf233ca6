using EdgeInspector.Inspection.Pictures;

namespace EdgeInspector.Capture.ImageFiles;

/// <summary>Which image files are decoded, and how much one file may cost.</summary>
public sealed record ImageLimits
{
    /// <summary>The largest file in bytes; 100 MB.</summary>
    public long MaxBytes { get; init; } = 100_000_000;

    /// <summary>
    /// The most pixels (width × height); 100 million, which decode to 300 MB. <see cref="DecodingLimits.MostPixels"/> at most.
    /// </summary>
    public long MaxPixels { get; init; } = DecodingLimits.MostPixels;

    /// <summary>The most bytes of memory that decoding one picture may take, the picture itself among them; 1 GB.</summary>
    public long MaxMemory { get; init; } = 1_000_000_000;

    /// <summary>The formats that are read; others are refused by their first bytes.</summary>
    public IReadOnlyList<PictureFormat> Formats { get; init; } = PictureFormats.Usual;

    /// <summary>The usual limits.</summary>
    /// <param name="formats">The formats that are read; null: <see cref="PictureFormats.Usual"/>.</param>
    public static ImageLimits Of(IReadOnlyList<PictureFormat>? formats) => formats is null ? new() : new() { Formats = formats };
}
