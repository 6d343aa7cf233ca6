using System.ComponentModel.DataAnnotations;
using EdgeInspector.Capture.Cameras;
using EdgeInspector.Inspection.Pictures;

namespace EdgeInspector.Capture;

/// <summary>Where a station's pictures come from: exactly one source block, and how its faults are handled.</summary>
public sealed record CameraOptions : IValidatableObject
{
    /// <summary>A camera on USB or another local video device.</summary>
    public UsbOptions? Usb { get; init; }

    /// <summary>A camera on the network (RTSP, HTTP).</summary>
    public UrlOptions? Url { get; init; }

    /// <summary>A video file.</summary>
    public VideoOptions? Video { get; init; }

    /// <summary>A folder of image files.</summary>
    public FolderOptions? Folder { get; init; }

    /// <summary>The simulated line: rendered parts with known truth.</summary>
    public SimulatedOptions? Simulated { get; init; }

    /// <summary>
    /// The formats of picture files that a folder, or a camera that gives one picture for each request, may bring: <c>Jpeg</c>, <c>Png</c>,
    /// <c>Bmp</c>, <c>Tiff</c>, <c>WebP</c>. Others are refused by their first bytes, whatever their name. Each format is a decoder that a
    /// hostile file could get at, so name only what the camera writes. Not set: all but WebP.
    /// </summary>
    [MinLength(1)]
    public IReadOnlyList<PictureFormat>? Formats { get; init; }

    /// <summary>
    /// Without a picture for this long a camera counts as stalled and is opened again. Not for watched folders, where silence is normal.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The pauses before a camera that failed is opened again.</summary>
    public ReopenOptions Reopen { get; init; } = new();

    /// <summary>The names of the source blocks that are present.</summary>
    public IReadOnlyList<string> Blocks => [.. Kinds.Where(kind => kind.Block is not null).Select(kind => kind.Name)];

    /// <summary>The bit depth of the source that is present; null where the settings don't say.</summary>
    public int? SourceBitDepth => Source?.BitDepth;

    /// <summary>How long opening may take before the wait for the first picture begins.</summary>
    internal TimeSpan OpenAllowance => Source?.OpenAllowance ?? TimeSpan.Zero;

    /// <summary>The names of all source blocks, for people.</summary>
    internal string KnownBlocks => string.Join(", ", Kinds.Select(kind => kind.Name));

    private ICameraBlock? Source => Kinds.FirstOrDefault(kind => kind.Block is not null).Block;

    private (string Name, ICameraBlock? Block)[] Kinds =>
        [(nameof(Usb), Usb), (nameof(Url), Url), (nameof(Video), Video), (nameof(Folder), Folder), (nameof(Simulated), Simulated)];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        IReadOnlyList<string> blocks = Blocks;
        if (blocks.Count == 0)
            yield return new ValidationResult(
                $"No camera source is given; write exactly one of the blocks {KnownBlocks}.");
        else if (blocks.Count > 1)
            yield return new ValidationResult(
                $"The blocks {string.Join(" and ", blocks)} are given, but a camera has exactly one source; remove the others.", blocks);
        if (Url is { IsAskedOverHttp: true } url && url.Pace >= StallTimeout)
            yield return new ValidationResult(
                $"Url:Pace ({url.Pace}) must be shorter than StallTimeout ({StallTimeout}), or the camera would always count as stalled.",
                [nameof(StallTimeout)]);
    }
}
