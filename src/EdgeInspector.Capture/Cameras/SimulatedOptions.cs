using System.ComponentModel.DataAnnotations;

namespace EdgeInspector.Capture.Cameras;

/// <summary>How the simulated camera sees the line.</summary>
public enum SimulatedView
{
    /// <summary>One picture for each part, taken when it is centred, as a camera with a hardware trigger takes it.</summary>
    Strobe,

    /// <summary>A free-running camera: empty belt, parts that enter, are centred, and leave.</summary>
    Continuous,
}

/// <summary>A rendered conveyor in place of a camera: machined parts whose truth is known.</summary>
/// <remarks>Lies here, and the camera in <c>SimulatedLine</c>: the settings of all kinds of camera are blocks of one record.</remarks>
public sealed record SimulatedOptions : ICameraBlock
{
    /// <summary>Chooses the line; the same seed makes the same parts.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; } = 1;

    /// <summary>Time from one part to the next.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan Pace { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Ignore the pace and make parts as fast as they are inspected; for benchmarks and tests.</summary>
    public bool AsFastAsConsumed { get; init; }

    /// <summary>Number of the first part.</summary>
    [Range(0L, 999_999_999_999L)]
    public long First { get; init; }

    /// <summary>How many parts to make before the source ends; null for an endless line.</summary>
    [Range(1L, 999_999_999_999L)]
    public long? Count { get; init; }

    /// <summary><c>Strobe</c> takes one picture of each centred part, <c>Continuous</c> films the belt.</summary>
    public SimulatedView View { get; init; } = SimulatedView.Strobe;

    /// <summary>Pictures a second of the <c>Continuous</c> view; adjusted so that each part is exactly centred once.</summary>
    [Range(1.0, 200.0)]
    public double Fps { get; init; } = 30;

    /// <summary>
    /// The lamp fades to a fifth of its light over so many parts, to try out what the station says of it. Null: it does not.
    /// </summary>
    [Range(1L, 999_999_999_999L)]
    public long? LampFadesOver { get; init; }

    /// <summary>The lens goes out of focus, by 6 pixels, over so many parts. Null: it does not.</summary>
    [Range(1L, 999_999_999_999L)]
    public long? LensBlursOver { get; init; }

    /// <summary>The camera is pushed aside after so many parts. Null: nobody pushes it.</summary>
    [Range(0L, 999_999_999_999L)]
    public long? PushedAfter { get; init; }

    /// <summary>By how many pixels all that it sees then moves to the right; below 0: to the left.</summary>
    [Range(-1000.0, 1000.0)]
    public double PushedBy { get; init; } = 40;

    TimeSpan ICameraBlock.OpenAllowance => TimeSpan.Zero;

    int? ICameraBlock.BitDepth => null;
}
