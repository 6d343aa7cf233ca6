using BenchmarkDotNet.Attributes;
using EdgeInspector.Bench;
using EdgeInspector.Inference;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.ModelStore.Packages;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.Benchmarks.Pieces;

// BenchmarkDotNet owns the life of the class: GlobalCleanup disposes.
#pragma warning disable CA1001

/// <summary>
/// Crop, resize, colour order, scaling and layout into the tensor of a MobileNet at 224 pixels, by the way of resizing and the frame's
/// size.
/// </summary>
[MemoryDiagnoser]
public class PreprocessingBenchmark
{
    private OnnxGeneration? _generation;
    private BenchFrames? _frames;
    private Frame? _frame;

    [Params(Interpolation.Linear, Interpolation.Area, Interpolation.Cubic)]
    public Interpolation Interpolation { get; set; }

    [Params(CropMethod.NoCrop, CropMethod.FullImageShorterSide)]
    public CropMethod Crop { get; set; }

    [Params("640x480", "1280x960", "1920x1200", "4096x3000")]
    public string Size { get; set; } = "";

    [GlobalSetup]
    public void Load()
    {
        ModelPackage package = ModelPackageReader.Read(Path.Combine(AppContext.BaseDirectory, "Packages", "mobilenet-v2")).Package!;
        _generation = GenerationLoader.Load(
            package,
            new InferenceOptions(),
            new PreprocessingOptions { Interpolation = Interpolation, Crop = Crop },
            NullLogger.Instance).Generation!;
        _frames = PieceFrames.Of(Size);
        _frame = _frames.Take(0);
        _generation.Prepare(_frame);
    }

    [GlobalCleanup]
    public void Free()
    {
        _frame?.Release();
        _frames?.Dispose();
        _generation?.Dispose();
    }

    [Benchmark]
    public bool Fill() => _generation!.Prepare(_frame!);
}
