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

    /// <summary>Rectangles or polygons of the frame that are inspected; empty: the whole frame.</summary>
    public IReadOnlyList<RegionOptions> Regions { get; init; } = [];

    /// <summary>
    /// An image file that says which pixels count: white ones are inspected, black ones are not. Brought to the frame's size, so it need not have it.
    /// Relative to the settings file.
    /// </summary>
    [StringLength(1024, MinimumLength = 1)]
    public string? Mask { get; init; }

    /// <summary>True when the network sees something else than the whole frame at once.</summary>
    internal bool IsOn => Width > 0 || Height > 0 || Regions.Count > 0 || Mask is not null;

    /// <summary>True when a tile may hold pixels that do not count: a rectangle's tiles never do.</summary>
    internal bool HasOutside => Mask is not null || Regions.Any(region => region.Points.Count > 0);

    /// <summary>The same with a path that does not depend on the working directory, for another process.</summary>
    public TilingOptions WithFullPath() => Mask is null ? this : this with { Mask = Path.GetFullPath(Mask) };
}

/// <summary>A rectangle of the frame, or a polygon; shares of its width and height, from the top left corner.</summary>
public sealed record RegionOptions : IValidatableObject
{
    /// <summary>Left edge of a rectangle.</summary>
    [Range(0.0, 1.0)]
    public double Left { get; init; }

    /// <summary>Top edge of a rectangle.</summary>
    [Range(0.0, 1.0)]
    public double Top { get; init; }

    /// <summary>Width of a rectangle.</summary>
    [Range(0.001, 1.0)]
    public double Width { get; init; } = 1;

    /// <summary>Height of a rectangle.</summary>
    [Range(0.001, 1.0)]
    public double Height { get; init; } = 1;

    /// <summary>The corners of a polygon, 3 to 1,000, in order; then without a rectangle.</summary>
    public IReadOnlyList<PointOptions> Points { get; init; } = [];

    /// <summary>The rectangle, or the one around the polygon.</summary>
    internal (double Left, double Top, double Width, double Height) Bounds
    {
        get
        {
            if (Points.Count == 0)
                return (Left, Top, Width, Height);
            double left = Points.Min(point => point.X), top = Points.Min(point => point.Y);
            return (left, top, Points.Max(point => point.X) - left, Points.Max(point => point.Y) - top);
        }
    }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Points.Count == 0)
        {
            if (Left + Width > 1.0001)
                yield return new ValidationResult("Left and Width together reach beyond the frame; their sum may be at most 1.", [nameof(Width)]);
            if (Top + Height > 1.0001)
                yield return new ValidationResult("Top and Height together reach beyond the frame; their sum may be at most 1.", [nameof(Height)]);
            yield break;
        }
        if (this != new RegionOptions { Points = Points })
            yield return new ValidationResult("A region is either a rectangle or a polygon; give Left, Top, Width and Height, or Points.", [nameof(Points)]);
        if (Points.Count is < 3 or > 1000)
            yield return new ValidationResult($"A polygon has 3 to 1000 corners, not {Points.Count}.", [nameof(Points)]);
        else if (Bounds is { Width: < 0.001 } or { Height: < 0.001 })
            yield return new ValidationResult("The polygon is narrower than a thousandth of the frame; its corners are shares of the frame, 0 to 1.", [nameof(Points)]);
    }
}

/// <summary>A point of the frame; shares of its width and height, from the top left corner.</summary>
public sealed record PointOptions
{
    /// <summary>From the left edge.</summary>
    [Range(0.0, 1.0)]
    public double X { get; init; }

    /// <summary>From the top edge.</summary>
    [Range(0.0, 1.0)]
    public double Y { get; init; }
}
