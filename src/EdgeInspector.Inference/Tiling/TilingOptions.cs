using System.ComponentModel.DataAnnotations;

namespace EdgeInspector.Inference.Tiling;

/// <summary>Where on the frame the network looks, and how closely. Without anything here it sees the whole frame at once.</summary>
public sealed record TilingOptions
{
    /// <summary>Width of a tile in pixels of the frame, 0 to 16,384; 0: as wide as its region.</summary>
    public int Width { get; init; }

    /// <summary>Height of a tile in pixels of the frame, 0 to 16,384; 0: as high as its region.</summary>
    public int Height { get; init; }

    /// <summary>How much neighbouring tiles overlap at least, as a share of a tile's side, 0 to 0.9.</summary>
    public double Overlap { get; init; } = 0.1;

    /// <summary>Rectangles or polygons of the frame that are inspected; empty: the whole frame.</summary>
    public IReadOnlyList<RegionOptions> Regions { get; init; } = [];

    /// <summary>
    /// How large the network sees what lies in a region. Null: <see cref="RegionScale.Magnified"/>, and it is said where that is a lot.
    /// </summary>
    public RegionScale? RegionScale { get; init; }

    /// <summary>An image file that says which pixels count: white ones are inspected, black ones are not. Null: all.</summary>
    public string? Mask { get; init; }

    /// <summary>The size of pictures of which examples are known, such as golden images; null: of none.</summary>
    public PictureSize? Example { get; init; }

    /// <summary>What messages call <see cref="Regions"/>: the setting as its user wrote it.</summary>
    public string RegionsName { get; init; } = nameof(Regions);

    /// <summary>What messages call <see cref="Mask"/>.</summary>
    public string MaskName { get; init; } = nameof(Mask);

    /// <summary>True when the network sees something else than the whole frame at once.</summary>
    internal bool IsOn => Width > 0 || Height > 0 || Regions.Count > 0 || Mask is not null;

    /// <summary>True when regions keep the scale that they have in the frame.</summary>
    internal bool KeepsScale => RegionScale == Tiling.RegionScale.AsInFrame && Regions.Count > 0;

    /// <summary>True when a tile may hold pixels that do not count: the tiles of a magnified rectangle never do.</summary>
    internal bool HasOutside => Mask is not null || KeepsScale || Regions.Any(region => region.Points.Count > 0);

    /// <summary>The same with a path that does not depend on the working directory, for another process.</summary>
    public TilingOptions WithFullPath() => Mask is null ? this : this with { Mask = Path.GetFullPath(Mask) };
}

/// <summary>Width and height of a picture in pixels.</summary>
public readonly record struct PictureSize(int Width, int Height);

/// <summary>How large the network sees what lies in a region.</summary>
public enum RegionScale
{
    /// <summary>
    /// Each region, or each of its tiles, is brought to the network's size by itself: the smaller it is, the larger everything in it looks.
    /// For packages that were trained on pieces of this size.
    /// </summary>
    Magnified,

    /// <summary>
    /// As large, and in the same place, as where the whole frame is looked at (with tiles: as in whole tiles); what lies outside does not
    /// count. For packages that were trained on whole frames.
    /// </summary>
    AsInFrame,
}

/// <summary>
/// A rectangle of the frame, or a polygon, that is inspected; shares of the frame's width and height, from the top left corner. Each region
/// is brought to the network's size by itself: the smaller it is, the larger everything in it looks to the network, unless RegionScale is
/// AsInFrame.
/// </summary>
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
                yield return new ValidationResult(
                    "Left and Width together reach beyond the frame; their sum may be at most 1.", [nameof(Width)]);
            if (Top + Height > 1.0001)
                yield return new ValidationResult(
                    "Top and Height together reach beyond the frame; their sum may be at most 1.", [nameof(Height)]);
            yield break;
        }
        if (this != new RegionOptions { Points = Points })
            yield return new ValidationResult(
                "A region is either a rectangle or a polygon; give Left, Top, Width and Height, or Points.", [nameof(Points)]);
        if (Points.Count is < 3 or > 1000)
            yield return new ValidationResult($"A polygon has 3 to 1000 corners, not {Points.Count}.", [nameof(Points)]);
        else if (Bounds is { Width: < 0.001 } or { Height: < 0.001 })
            yield return new ValidationResult(
                "The polygon is narrower than a thousandth of the frame; its corners are shares of the frame, 0 to 1.", [nameof(Points)]);
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
