using BenchmarkDotNet.Attributes;
using EdgeInspector.Bench;
using EdgeInspector.Inference;
using EdgeInspector.Inference.Decoding;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.ModelStore.Packages;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;

namespace EdgeInspector.Benchmarks.Pieces;

// BenchmarkDotNet owns the life of the class: GlobalCleanup disposes.
#pragma warning disable CA1001

/// <summary>
/// From the outputs of a run to predictions, for each format of an export, on small packages whose outputs are as large as real ones.
/// </summary>
[MemoryDiagnoser]
public class DecodingBenchmark
{
    private readonly List<Prediction> _predictions = [];
    private readonly RunOptions _run = new();
    private IDisposableReadOnlyCollection<OrtValue>? _outputs;
    private PictureOfRun _picture;
    private OnnxGeneration? _generation;
    private BenchFrames? _frames;
    private Frame? _frame;

    [Params("softmax-no-metadata", "softmax-float16", "label-and-map", "grid-fixed-416", "corners-int64")]
    public string Format { get; set; } = "";

    [GlobalSetup]
    public void Load()
    {
        ModelPackage package = ModelPackageReader.Read(Path.Combine(AppContext.BaseDirectory, "Reference", "packages", Format)).Package!;
        _generation = GenerationLoader.Load(package, new InferenceOptions(), new PreprocessingOptions(), NullLogger.Instance).Generation!;
        _frames = PieceFrames.Of("1280x960");
        _frame = _frames.Take(0);
        _generation.Predict(_frame, _predictions);
        long[] shape = _generation.InputTensor.GetTensorTypeAndShape().Shape;
        _picture = new PictureOfRun(0, 1, (int)shape[3], (int)shape[2]);
        _outputs = _generation.Session.Run(
            _run, _generation.Session.InputNames, [_generation.InputTensor], _generation.Decoder.OutputNames);
    }

    [GlobalCleanup]
    public void Free()
    {
        _outputs?.Dispose();
        _run.Dispose();
        _frame?.Release();
        _frames?.Dispose();
        _generation?.Dispose();
    }

    [Benchmark]
    public int Decode()
    {
        _predictions.Clear();
        _generation!.Decoder.Decode(_outputs!, _picture, _predictions);
        return _predictions.Count;
    }
}
