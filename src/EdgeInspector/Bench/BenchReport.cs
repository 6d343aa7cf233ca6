using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeInspector.Reporting;

namespace EdgeInspector.Bench;

/// <summary>
/// The result of a benchmark run, as <c>bench --json</c> writes it. Times in milliseconds, percentiles by the nearest rank.
/// </summary>
internal sealed record BenchReport
{
    public required DateTimeOffset At { get; init; }

    public required BenchMachine Machine { get; init; }

    public required BenchModel Model { get; init; }

    public required BenchLoad Load { get; init; }

    /// <summary>Parts that were inspected in the measured time.</summary>
    public required long Parts { get; init; }

    /// <summary>Signals of these parts that the subscriber received.</summary>
    public required long Received { get; init; }

    /// <summary>Parts without a verdict, for want of time.</summary>
    public required long Nones { get; init; }

    /// <summary>From the frame in memory until the subscriber had the signal.</summary>
    public required Percentiles FrameToReceivedMs { get; init; }

    /// <summary>From the frame in memory until the signal was handed to the socket.</summary>
    public required Percentiles FrameToSentMs { get; init; }

    public required Percentiles PreprocessMs { get; init; }

    public required Percentiles RunMs { get; init; }

    public required Percentiles DecodeMs { get; init; }

    /// <summary>Everything else: hand-over between threads, rules and writing the signal.</summary>
    public required Percentiles OtherMs { get; init; }

    /// <summary>ONNX Runtime alone on a tensor that is ready, between the parts of the same run.</summary>
    public required Percentiles BareRunMs { get; init; }

    /// <summary>
    /// Frame to signal received, as a multiple of the bare run at the same percentile; where a part has several tiles, of as many bare
    /// runs.
    /// </summary>
    public required Ratio RatioToBareRun { get; init; }

    public required double PartsPerSecond { get; init; }

    /// <summary>
    /// What bare runs reach with the best division into callers and threads, in the same run; null: not measured, because the frames came
    /// at a set pace.
    /// </summary>
    public double? BareRunsPerSecond { get; init; }

    public double? ThroughputToBare { get; init; }

    public required double CpuMsPerPart { get; init; }

    public required double AllocatedBytesPerPart { get; init; }

    public required Collections Collections { get; init; }

    public required Memory WorkingSetMiB { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, BenchReportJson.Default.BenchReport);
}

internal sealed record BenchMachine(string Name, string System, int Cores, string Runtime, string OnnxRuntime, string Version);

internal sealed record BenchModel(string Name, string Package, string Provider, string Input);

/// <summary>
/// What the caller asked for. <c>FramesPerSecond</c> is 0 at full pace; <c>Tiles</c> is 1 when the network sees the whole frame at once.
/// </summary>
internal sealed record BenchLoad(
    int Stations, double FramesPerSecond, double Seconds, int Width, int Height, int Tiles, int Tags, int Threads, bool Spinning);

internal sealed record Ratio(double P50, double P99);

internal sealed record Collections(int Gen0, int Gen1, int Gen2);

/// <summary>Memory at the start of the measured time, when 10,000 parts had been inspected (null: never), and at the end.</summary>
internal sealed record Memory(double Start, double? After10000, double End);

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BenchReport))]
internal sealed partial class BenchReportJson : JsonSerializerContext;
