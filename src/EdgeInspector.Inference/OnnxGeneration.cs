using EdgeInspector.Inference.Decoding;
using EdgeInspector.Inference.Sessions;
using EdgeInspector.Inference.Tiling;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using Microsoft.ML.OnnxRuntime;
using OpenCvSharp;

namespace EdgeInspector.Inference;

/// <summary>
/// A package that ONNX Runtime runs in this process, on the whole frame or on tiles of it. Made by <see cref="GenerationLoader"/>. Owns its
/// native memory and a share of the session.
/// </summary>
public sealed class OnnxGeneration : IGeneration
{
    internal static readonly Comparison<Prediction> HighestFirst = (a, b) => b.Probability.CompareTo(a.Probability);

    private readonly PicturePass _pass;
    private readonly TiledPrediction? _tiles;

    /// <param name="pass">The way of pictures through the network; owned from now on.</param>
    /// <param name="grid">The tiles; null for the whole frame at once.</param>
    /// <param name="model">What runs.</param>
    /// <param name="description">What was recognised.</param>
    internal OnnxGeneration(PicturePass pass, TileGrid? grid, ModelIdentity model, ModelDescription description)
    {
        (_pass, Model, Description) = (pass, model, description);
        _tiles = grid is null ? null : new TiledPrediction(grid, pass);
    }

    /// <inheritdoc />
    public ModelIdentity Model { get; internal set; }

    /// <summary>What was recognised in the package.</summary>
    public ModelDescription Description { get; }

    /// <summary>How pictures become the network's input and its numbers probabilities.</summary>
    public NetworkReading Reading => _pass.Reading;

    /// <summary>What the network takes.</summary>
    public PictureInput Input => _pass.Input;

    /// <summary>The way of pictures through the network, for the loader.</summary>
    internal PicturePass Pass => _pass;

    /// <summary>The session, for a benchmark of its bare run.</summary>
    internal InferenceSession Session => _pass.Session;

    /// <summary>The input tensor of the last prediction, for a benchmark of the bare run and for tests.</summary>
    internal OrtValue InputTensor => _pass.Tensor;

    /// <summary>The decoder, for a benchmark of decoding alone.</summary>
    internal IOutputDecoder Decoder => _pass.Decoder;

    /// <summary>How many pictures run at once, at most.</summary>
    internal int Batch => _pass.Most;

    /// <summary>Where its predictions wait for the device, for tests.</summary>
    internal RunQueue Queue => _pass.Queue;

    /// <summary>Preprocessing alone, for a benchmark. Returns true when the frame's size made a new tensor necessary.</summary>
    internal bool Prepare(Frame frame) => _pass.Prepare(frame);

    /// <inheritdoc />
    public PredictionTiming Predict(Frame frame, List<Prediction> predictions, long? deadline = null)
    {
        predictions.Clear();
        _pass.Begin(frame);
        try
        {
            return _tiles is null ? PredictWhole(frame, predictions, deadline) : _tiles.Predict(frame, predictions, deadline);
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
    public void Interrupt() => _pass.Interrupt();

    /// <inheritdoc />
    public HeatMap? LastHeat() => _pass.LastHeat();

    /// <summary>How many pictures the network sees of one frame: the tiles, or 1.</summary>
    public int PicturesOf(int frameWidth, int frameHeight) => _tiles?.CountOf(frameWidth, frameHeight) ?? 1;

    /// <summary>
    /// Runs the network once more on the tensor of the last prediction, and does nothing else: the limit that the way of a part is measured
    /// against.
    /// </summary>
    /// <exception cref="OnnxRuntimeException">It could not be run.</exception>
    public TimeSpan RunBare()
    {
        (_pass.Run(1) as IDisposable)?.Dispose();
        return _pass.Took;
    }

    /// <inheritdoc />
    public void Dispose() => _pass.Dispose();

    private PredictionTiming PredictWhole(Frame frame, List<Prediction> predictions, long? deadline)
    {
        TimeProvider time = TimeProvider.System;
        long start = time.GetTimestamp();
        _pass.FillWhole(frame);
        TimeSpan preprocess = time.GetElapsedTime(start);
        IReadOnlyList<OrtValue> outputs = _pass.Run(1, deadline);
        long ran = time.GetTimestamp();
        using (outputs as IDisposable)
            _pass.Decode(outputs, 0, 1, frame, predictions);
        predictions.Sort(HighestFirst);
        return new PredictionTiming(preprocess, _pass.Took, time.GetElapsedTime(ran));
    }
}
