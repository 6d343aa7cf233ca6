namespace EdgeInspector.SimulatedLine;

/// <summary>How a data set's pictures are stored.</summary>
public enum DataSetFormat
{
    /// <summary>JPEG of quality 95, about 0.5 MB a picture.</summary>
    Jpg,

    /// <summary>PNG, lossless, about 2.5 MB a picture.</summary>
    Png,
}

/// <summary>What a data set of the simulated line contains.</summary>
public sealed record DataSetOptions
{
    /// <summary>How many pictures, at least 1.</summary>
    public required int Count { get; init; }

    /// <summary>Which line they come from, 0 or more. Use other seeds for training than for testing.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The pictures' size.</summary>
    public SensorSize Sensor { get; init; } = SensorSize.Default;

    /// <summary>The defects that there are, each once; at least one of <see cref="PartTags.Defects"/>.</summary>
    public IReadOnlyList<string> Defects { get; init; } = PartTags.Defects;

    /// <summary>Width of every scratch, 1..3 pixels of the picture; null: it differs from scratch to scratch.</summary>
    public int? ScratchWidth { get; init; }

    /// <summary>Share of good parts, 0..1; the defects share the rest evenly.</summary>
    public double ShareOk { get; init; } = 1 / 3.0;

    public DataSetFormat Format { get; init; } = DataSetFormat.Jpg;
}
