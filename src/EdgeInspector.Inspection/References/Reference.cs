using EdgeInspector.Inspection.Pictures;

namespace EdgeInspector.Inspection.References;

/// <summary>
/// What pictures of good parts look like at a station: light, sharpness, place and coarse look, each with its spread,
/// learnt from parts that somebody vouched for.
/// </summary>
public sealed class Reference
{
    /// <summary>How many parts a reference may be learnt from.</summary>
    public const int FewestParts = 10, MostParts = 1000;

    /// <summary>The longest type of a part, in UTF-16 characters.</summary>
    public const int LongestType = 64;

    /// <summary>The station to which the reference belongs.</summary>
    public required string Station { get; init; }

    /// <summary>The type of part to which the reference belongs; null: parts whose trigger names no type.</summary>
    public string? Type { get; init; }

    /// <summary>When the reference was learnt, by the wall clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who vouched for the parts.</summary>
    public string? By { get; init; }

    /// <summary>Why the reference was learnt, in a sentence.</summary>
    public string? Why { get; init; }

    /// <summary>From where the pictures came: <c>camera</c>, or the folder.</summary>
    public required string From { get; init; }

    /// <summary>From how many parts the reference was learnt.</summary>
    public required int Parts { get; init; }

    /// <summary>Pixels in a row of the pictures.</summary>
    public required int Width { get; init; }

    /// <summary>Rows of the pictures.</summary>
    public required int Height { get; init; }

    /// <summary>Spread of <see cref="PictureMeasures.Brightness"/>.</summary>
    public required Spread Brightness { get; init; }

    /// <summary>Spread of <see cref="PictureMeasures.Contrast"/>.</summary>
    public required Spread Contrast { get; init; }

    /// <summary>Spread of <see cref="PictureMeasures.Sharpness"/>.</summary>
    public required Spread Sharpness { get; init; }

    /// <summary>Spread of the shift to the right, in pixels; its mean is 0 by definition.</summary>
    public required Spread X { get; init; }

    /// <summary>Spread of the shift down, in pixels.</summary>
    public required Spread Y { get; init; }

    /// <summary>Spread of the turn, in degrees.</summary>
    public required Spread Turn { get; init; }

    /// <summary>Spread of <see cref="PictureMeasures.Different"/>, each part compared with the others.</summary>
    public required Spread Different { get; init; }

    /// <summary>Mean grey of 48 × 96 cells, row by row, 0..255.</summary>
    public required IReadOnlyList<float> Look { get; init; }

    /// <summary>How much each cell differs among good parts that are laid over each other: standard deviation, in grey levels.</summary>
    public required IReadOnlyList<float> Deviation { get; init; }

    /// <summary>Cells of a look.</summary>
    internal const int Cells = PictureSample.Rows * PictureSample.Columns;
}
