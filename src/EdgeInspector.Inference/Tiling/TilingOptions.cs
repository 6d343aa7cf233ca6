using System.ComponentModel.DataAnnotations;

namespace EdgeInspector.Inference.Tiling;

/// <summary>Where on the frame the network looks, and how closely. Without anything here it sees the whole frame at once.</summary>
public sealed record TilingOptions
{
    /// <summary>Width of a tile in pixels of the frame; 0: as wide as its region. Each tile is brought to the network's size by itself.</summary>
    [Range(0, 16_384)]
    public int Width { get; init; }

    /// <summary>Height of a tile in pixels of the frame; 0: as high as its region.</summary>
    [Range(0, 16_384)]
    public int Height { get; init; }

    /// <summary>How much neighbouring tiles overlap at least, as a share of a tile's side, so that what lies on a border is whole in one of them.</summary>
    [Range(0.0, 0.9)]
    public double Overlap { get; init; } = 0.1;

    /// <summary>Rectangles of the frame that are inspected; empty: the whole frame.</summary>
    public IReadOnlyList<RegionOptions> Regions { get; init; } = [];

    /// <summary>True when the network sees something else than the whole frame at once.</summary>
    internal bool IsOn => Width > 0 || Height > 0 || Regions.Count > 0;
}

/// <summary>A rectangle of the frame; shares of its width and height, from the top left corner.</summary>
public sealed record RegionOptions : IValidatableObject
{
    /// <summary>Left edge.</summary>
    [Range(0.0, 1.0)]
    public double Left { get; init; }

    /// <summary>Top edge.</summary>
    [Range(0.0, 1.0)]
    public double Top { get; init; }

    /// <summary>Width.</summary>
    [Range(0.001, 1.0)]
    public double Width { get; init; } = 1;

    /// <summary>Height.</summary>
    [Range(0.001, 1.0)]
    public double Height { get; init; } = 1;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Left + Width > 1.0001)
            yield return new ValidationResult("Left and Width together reach beyond the frame; their sum may be at most 1.", [nameof(Width)]);
        if (Top + Height > 1.0001)
            yield return new ValidationResult("Top and Height together reach beyond the frame; their sum may be at most 1.", [nameof(Height)]);
    }
}
