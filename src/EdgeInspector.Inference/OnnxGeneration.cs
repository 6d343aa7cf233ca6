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

    private readonly TiledPrediction? _tiles;

    /// <param name="pass">The way of pictures through the network; owned from now on.</param>
    /// <param name="grid">The tiles; null for the whole frame at once.</param>
    /// <param name="model">The model that runs.</param>
    /// <param name="description">What was recognised.</param>
    internal OnnxGeneration(PicturePass pass, TileGrid? grid, ModelIdentity model, ModelDescription description)
    {
        (Pass, Model, Description) = (pass, model, description);
        _tiles = grid is null ? null : new TiledPrediction(grid, pass);
    }

    /// <inheritdoc />
    public ModelIdentity Model { get; internal set; }

    /// <summary>What was recognised in the package.</summary>
    public ModelDescription Description { get; }

    /// <summary>How pictures become the network's input, and how the network's numbers become probabilities.</summary>
    public NetworkReading Reading => Pass.Reading;

    /// <summary>The pictures that the network takes.</summary>
    public PictureInput Input => Pass.Input;

    /// <summary>The way of pictures through the network, for the loader.</summary>
    internal PicturePass Pass { get; }

    /// <summary>The session, for a benchmark of its bare run.</summary>
    internal InferenceSession Session => Pass.Session;

    /// <summary>The input tensor of the last prediction, for a benchmark of the bare run and for tests.</summary>
    internal OrtValue InputTensor => Pass.Tensor;

    /// <summary>The decoder, for a benchmark of decoding alone.</summary>
    internal IOutputDecoder Decoder => Pass.Decoder;

    /// <summary>How many pictures run at once, at most.</summary>
    internal int Batch => Pass.Most;

    /// <summary>The queue in which predictions wait for the device, for tests.</summary>
    internal RunQueue Queue => Pass.Queue;

    /// <summary>Preprocessing alone, for a benchmark. Returns true when the frame's size made a new tensor necessary.</summary>
    internal bool Prepare(Frame frame) => Pass.Prepare(frame);

    /// <inheritdoc />
    public PredictionTiming Predict(Frame frame, List<Prediction> predictions, long? deadline = null)
    {
        predictions.Clear();
        Pass.Begin(frame);
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
    public void Interrupt() => Pass.Interrupt();

    /// <inheritdoc />
    public HeatMap? LastHeat() => Pass.LastHeat();

    /// <summary>How many pictures the network sees of one frame: the tiles, or 1.</summary>
    public int PicturesOf(int frameWidth, int frameHeight) => _tiles?.CountOf(frameWidth, frameHeight) ?? 1;

    /// <summary>
    /// Runs the network once more on the tensor of the last prediction, and does nothing else: the lower limit with which the whole way of
    /// a part is compared.
    /// </summary>
    /// <exception cref="OnnxRuntimeException">The network could not be run.</exception>
    public TimeSpan RunBare()
    {
        (Pass.Run(1) as IDisposable)?.Dispose();
        return Pass.Took;
    }

    /// <inheritdoc />
    public void Dispose() => Pass.Dispose();

    private PredictionTiming PredictWhole(Frame frame, List<Prediction> predictions, long? deadline)
    {
        TimeProvider time = TimeProvider.System;
        long start = time.GetTimestamp();
        Pass.FillWhole(frame);
        TimeSpan preprocess = time.GetElapsedTime(start);
        IReadOnlyList<OrtValue> outputs = Pass.Run(1, deadline);
        long ran = time.GetTimestamp();
        using (outputs as IDisposable)
            Pass.Decode(outputs, 0, 1, frame, predictions);
        predictions.Sort(HighestFirst);
        return new PredictionTiming(preprocess, Pass.Took, time.GetElapsedTime(ran));
    }
}
