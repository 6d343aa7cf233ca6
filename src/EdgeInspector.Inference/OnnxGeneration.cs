using EdgeInspector.Inference.Decoding;
using EdgeInspector.Inference.Preprocessing;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using Microsoft.ML.OnnxRuntime;
using OpenCvSharp;

namespace EdgeInspector.Inference;

/// <summary>A package that ONNX Runtime runs in this process. Made by <see cref="GenerationLoader"/>. Owns the session and all native memory.</summary>
public sealed class OnnxGeneration : IGeneration
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly FrameTensor _input;
    private readonly IOutputDecoder _decoder;
    private readonly string[] _inputNames;
    private readonly OrtValue[] _inputs = new OrtValue[1];

    /// <summary>The outputs' memory, reused from run to run; null until a run has shown their shapes, and for formats that change them.</summary>
    private OrtValue[]? _outputs;

    internal OnnxGeneration(
        InferenceSession session, TensorInput input, PreprocessingPlan plan, IOutputDecoder decoder, ModelIdentity model, ModelDescription description)
    {
        (_session, _decoder, Model, Description) = (session, decoder, model, description);
        _input = new FrameTensor(input, plan);
        _inputNames = [input.Name];
    }

    /// <inheritdoc />
    public ModelIdentity Model { get; internal set; }

    /// <summary>What was recognised in the package.</summary>
    public ModelDescription Description { get; }

    /// <summary>The session, for a benchmark of its bare run.</summary>
    internal InferenceSession Session => _session;

    /// <summary>The input tensor of the last prediction, for a benchmark of the bare run and for tests.</summary>
    internal OrtValue InputTensor => _input.Tensor;

    /// <summary>The decoder, for the same.</summary>
    internal IOutputDecoder Decoder => _decoder;

    /// <summary>Preprocessing alone, for the same. Returns true when the frame's size made a new tensor necessary.</summary>
    internal bool Prepare(Frame frame) => _input.Fill(frame);

    /// <inheritdoc />
    public PredictionTiming Predict(Frame frame, List<Prediction> predictions)
    {
        TimeProvider time = TimeProvider.System;
        long start = time.GetTimestamp();
        predictions.Clear();
        try
        {
            if (_input.Fill(frame))
                Forget();
            long filled = time.GetTimestamp();
            _inputs[0] = _input.Tensor;
            long ran = _decoder.OutputsKeepTheirShape ? RunInto(predictions) : RunFresh(predictions);
            Place(predictions, frame, _input.Geometry);
            predictions.Sort(HighestFirst);
            return new PredictionTiming(time.GetElapsedTime(start, filled), time.GetElapsedTime(filled, ran), time.GetElapsedTime(ran));
        }
        catch (Exception fault) when (fault is OnnxRuntimeException or OpenCVException or OpenCvSharpException)
        {
            predictions.Clear();
            throw new PredictionException($"{Model.Name} could not be run: {Providers.ProviderSetup.FirstLine(fault.Message)}.", fault);
        }
        catch (PredictionException)
        {
            predictions.Clear();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Forget();
        _input.Dispose();
        _run.Dispose();
        _session.Dispose();
    }

    private static readonly Comparison<Prediction> HighestFirst = (a, b) => b.Probability.CompareTo(a.Probability);

    /// <summary>Runs into reused memory. Returns when the run ended.</summary>
    private long RunInto(List<Prediction> predictions)
    {
        // The values of the first run are kept: they are the memory of the later ones.
        if (_outputs is null)
            _outputs = [.. _session.Run(_run, _inputNames, _inputs, _decoder.OutputNames)];
        else
            _session.Run(_run, _inputNames, _inputs, _decoder.OutputNames, _outputs);
        long ran = TimeProvider.System.GetTimestamp();
        _decoder.Decode(_outputs, predictions);
        return ran;
    }

    private long RunFresh(List<Prediction> predictions)
    {
        using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(_run, _inputNames, _inputs, _decoder.OutputNames);
        long ran = TimeProvider.System.GetTimestamp();
        _decoder.Decode(outputs, predictions);
        return ran;
    }

    /// <summary>Turns shares of the crop into shares of the frame.</summary>
    private static void Place(List<Prediction> predictions, Frame frame, in InputGeometry geometry)
    {
        if (geometry.CropWidth == frame.Width && geometry.CropHeight == frame.Height)
            return;
        float scaleX = (float)geometry.CropWidth / frame.Width, scaleY = (float)geometry.CropHeight / frame.Height;
        float left = (float)geometry.CropLeft / frame.Width, top = (float)geometry.CropTop / frame.Height;
        for (int i = 0; i < predictions.Count; i++)
        {
            if (predictions[i].BoundingBox is { } box)
            {
                predictions[i] = predictions[i] with
                {
                    BoundingBox = new BoundingBox(left + box.Left * scaleX, top + box.Top * scaleY, box.Width * scaleX, box.Height * scaleY),
                };
            }
        }
    }

    private void Forget()
    {
        foreach (OrtValue output in _outputs ?? [])
            output.Dispose();
        _outputs = null;
    }
}
