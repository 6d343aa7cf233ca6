using EdgeInspector.Inference;
using EdgeInspector.Inference.Tiling;

namespace EdgeInspector.Bench;

/// <summary>What a benchmark runs.</summary>
internal sealed record BenchPlan
{
    /// <summary>The model of every station.</summary>
    public required ModelPackage Package { get; init; }

    /// <summary>Stations that run at once, each with frames of its own.</summary>
    public int Stations { get; init; } = 1;

    /// <summary>Frames a second at each station; 0: the next frame comes as soon as the one before has its signal.</summary>
    public double FramesPerSecond { get; init; }

    /// <summary>From one frame of a station to the next; zero at full pace.</summary>
    public TimeSpan Period => FramesPerSecond > 0 ? TimeSpan.FromSeconds(1 / FramesPerSecond) : TimeSpan.Zero;

    /// <summary>How long the benchmark runs, without the warm-up.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The frames' width, pixels.</summary>
    public int Width { get; init; } = 1920;

    /// <summary>The frames' height, pixels.</summary>
    public int Height { get; init; } = 1200;

    /// <summary>Where and how the model runs.</summary>
    public InferenceOptions Inference { get; init; } = new();

    /// <summary>Where on the frame the network looks.</summary>
    public TilingOptions Tiling { get; init; } = new();

    /// <summary>A broker to use, <c>host:port</c>; null: a broker in a process of its own.</summary>
    public string? Broker { get; init; }
}
