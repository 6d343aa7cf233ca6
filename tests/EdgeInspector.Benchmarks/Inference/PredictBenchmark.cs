using BenchmarkDotNet.Attributes;
using EdgeInspector.Inference;
using EdgeInspector.Inference.Decoding;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.ModelStore.Packages;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;

namespace EdgeInspector.Benchmarks.Inference;

// BenchmarkDotNet owns the life of the class: GlobalCleanup disposes.
#pragma warning disable CA1001

/// <summary>
/// A whole prediction against ONNX Runtime's bare run of the same session on the same tensor; the ratio column is what our part costs.
/// </summary>
[MemoryDiagnoser]
public class PredictBenchmark
{
    private readonly List<Prediction> _predictions = [];
    private readonly FramePool _pool = new();
    private readonly RunOptions _run = new();
    private OnnxGeneration? _generation;
    private Frame? _frame;
    private string[] _inputs = [], _outputs = [];

    /// <summary>A package beside the program, under <c>models</c>.</summary>
    [Params("part-classifier", "part-detector")]
    public string Package { get; set; } = "";

    /// <summary>Width and height of the frame.</summary>
    [Params("1280x960", "1920x1200")]
    public string Size { get; set; } = "";

    [GlobalSetup]
    public void Load()
    {
        ReadOutcome reading = ModelPackageReader.Read(Path.Combine(AppContext.BaseDirectory, "models", Package));
        LoadOutcome outcome = GenerationLoader.Load(
            reading.Package ?? throw new InvalidOperationException(string.Join(' ', reading.Problems)),
            new InferenceOptions(),
            new PreprocessingOptions(),
            NullLogger.Instance);
        _generation = outcome.Generation ?? throw new InvalidOperationException(string.Join(' ', outcome.Problems));
        int[] sides = [.. Size.Split('x').Select(int.Parse)];
        _frame = _pool.Rent(sides[0], sides[1]);
        new Random(1).NextBytes(_frame.Writable);
        _generation.Predict(_frame, _predictions);
        _inputs = [.. _generation.Session.InputNames];
        _outputs = [.. _generation.Decoder.OutputNames];
    }

    [GlobalCleanup]
    public void Unload()
    {
        _frame?.Release();
        _generation?.Dispose();
        _run.Dispose();
        _pool.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void BareRun() => _generation!.Session.Run(_run, _inputs, [_generation.InputTensor], _outputs).Dispose();

    [Benchmark]
    public PredictionTiming Predict() => _generation!.Predict(_frame!, _predictions);

    [Benchmark]
    public bool PreprocessingAlone() => _generation!.Prepare(_frame!);
}

/// <summary>Decoding of a raw grid of 13 × 13 cells and 4 tags, as full of boxes as noise makes it.</summary>
[MemoryDiagnoser]
public class GridBenchmark
{
    private readonly List<Prediction> _predictions = [];
    private readonly float[] _grid = new float[5 * 9 * 13 * 13];
    private readonly GridDecoder _decoder = new("grid", ["a", "b", "c", "d"], GridDecoder.DefaultAnchors, 0.45f, new DetectorOptions());

    /// <summary>Mean objectness before the logistic function: −6 is a quiet picture, 0 a worst case.</summary>
    [Params(-6, 0)]
    public int Objectness { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        var random = new Random(1);
        for (int i = 0; i < _grid.Length; i++)
            _grid[i] = (float)((random.NextDouble() * 2) - 1) + (i / 169 % 9 == 4 ? Objectness : 0);
    }

    [Benchmark]
    public int Decode()
    {
        _predictions.Clear();
        _decoder.Decode(_grid, 13, 13, _predictions);
        return _predictions.Count;
    }
}
