using System.Diagnostics;
using EdgeInspector.Inference;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.ModelStore.Packages;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.Benchmarks.Peers;

/// <summary>EdgeInspector's prediction: what a station runs between frame and rules.</summary>
internal sealed class OwnWay : IContender
{
    private readonly OnnxGeneration _generation;
    private readonly List<Prediction> _predictions = [];

    public OwnWay(string package, int threads)
    {
        ReadOutcome reading = ModelPackageReader.Read(package);
        _generation = GenerationLoader.Load(
            reading.Package!, new InferenceOptions { Threads = threads }, new PreprocessingOptions(), NullLogger.Instance).Generation!;
    }

    public string Name => "EdgeInspector";

    public OnnxGeneration Generation => _generation;

    public (double Milliseconds, float[] Outputs) Classify(Frame frame, int number)
    {
        long start = Stopwatch.GetTimestamp();
        _generation.Predict(frame, _predictions);
        double took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return (took, [.. _generation.Model.Tags.Select(tag => _predictions.First(prediction => prediction.TagName == tag).Probability)]);
    }

    public void Dispose() => _generation.Dispose();
}

/// <summary>ONNX Runtime alone, on the tensor that <see cref="OwnWay"/> made: the limit.</summary>
internal sealed class BareRun(OwnWay own) : IContender
{
    private float[] _outputs = [];

    public string Name => "bare InferenceSession.Run";

    public (double Milliseconds, float[] Outputs) Classify(Frame frame, int number)
    {
        // Of the same frame, so that the outputs are comparable; not measured.
        _outputs = own.Classify(frame, number).Outputs;
        return (own.Generation.RunBare().TotalMilliseconds, _outputs);
    }

    public void Dispose()
    {
    }
}
