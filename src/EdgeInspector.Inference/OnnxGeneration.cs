using EdgeInspector.Inference.Decoding;
using EdgeInspector.Inference.Preprocessing;
using EdgeInspector.Inference.Sessions;
using EdgeInspector.Inference.Tiling;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using Microsoft.ML.OnnxRuntime;
using OpenCvSharp;

namespace EdgeInspector.Inference;

/// <summary>A package that ONNX Runtime runs in this process. Made by <see cref="GenerationLoader"/>. Owns its native memory and a share of the session.</summary>
public sealed class OnnxGeneration : IGeneration
{
    private readonly SharedSession _shared;
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly FrameTensor _input;
    private readonly TileGrid? _grid;
    private readonly TileMerge _merge = new();
    private readonly List<Prediction> _ofTile = new(64);
    private readonly IOutputDecoder _decoder;
    private readonly RunQueue.Place _place = new();
    private readonly string[] _inputNames;
    private readonly OrtValue[] _inputs = new OrtValue[1];

    /// <summary>The outputs' memory, reused from run to run; null until a run has shown their shapes, and for formats that change them.</summary>
    private OrtValue[]? _outputs;

    internal OnnxGeneration(
        SharedSession session, TensorInput input, PreprocessingPlan plan, IOutputDecoder decoder, TilingOptions tiling, ModelIdentity model, ModelDescription description)
    {
        _grid = tiling.IsOn ? new TileGrid(tiling) : null;
        (_shared, _session, _decoder, Model, Description) = (session, session.Session, decoder, model, description);
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
    internal bool Prepare(Frame frame) => _input.Fill(frame, Whole(frame));

    /// <inheritdoc />
    public PredictionTiming Predict(Frame frame, List<Prediction> predictions, long? deadline = null)
    {
        predictions.Clear();
        try
        {
            if (_grid is null)
            {
                PredictionTiming timing = Predict(frame, Whole(frame), predictions, deadline);
                predictions.Sort(HighestFirst);
                return timing;
            }
            return PredictTiles(frame, _grid.For(frame.Width, frame.Height), predictions, deadline);
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

    private PredictionTiming PredictTiles(Frame frame, ReadOnlySpan<Tile> tiles, List<Prediction> predictions, long? deadline)
    {
        PredictionTiming total = default;
        _merge.Clear();
        for (int i = 0; i < tiles.Length; i++)
        {
            _ofTile.Clear();
            PredictionTiming timing = Predict(frame, tiles[i], _ofTile, deadline);
            total = new PredictionTiming(total.Preprocess + timing.Preprocess, total.Run + timing.Run, total.Decode + timing.Decode);
            if (Model.Kind == ModelKind.Detector)
            {
                _merge.Add(i, _ofTile);
                continue;
            }
            // What a classifier says of a tile belongs together: which tile counts, the rules decide.
            _ofTile.Sort(HighestFirst);
            BoundingBox where = Share(tiles[i], frame);
            foreach (Prediction prediction in _ofTile)
                predictions.Add(prediction with { BoundingBox = where });
        }
        if (Model.Kind == ModelKind.Detector)
            _merge.WriteTo(predictions);
        return total;
    }

    /// <summary>Adds what the network says of one tile.</summary>
    private PredictionTiming Predict(Frame frame, in Tile tile, List<Prediction> predictions, long? deadline)
    {
        TimeProvider time = TimeProvider.System;
        long start = time.GetTimestamp();
        if (_input.Fill(frame, tile))
            Forget();
        long filled = time.GetTimestamp();
        _inputs[0] = _input.Tensor;
        if (deadline is { } due)
            _shared.Queue.Enter(_place, due);
        long begun = time.GetTimestamp(), ran;
        IReadOnlyList<OrtValue> outputs;
        try
        {
            outputs = Run();
            ran = time.GetTimestamp();
        }
        finally
        {
            if (deadline is not null)
                _shared.Queue.Leave(_place);
        }
        try
        {
            _decoder.Decode(outputs, predictions);
        }
        finally
        {
            // Outputs of one run only come as a collection that frees them; those that are kept, as an array.
            (outputs as IDisposable)?.Dispose();
        }
        Place(predictions, frame, _input.Geometry);
        return new PredictionTiming(time.GetElapsedTime(start, filled), time.GetElapsedTime(begun, ran), time.GetElapsedTime(ran));
    }

    private static Tile Whole(Frame frame) => new(0, 0, frame.Width, frame.Height);

    private static BoundingBox Share(in Tile tile, Frame frame) => new(
        (float)tile.Left / frame.Width, (float)tile.Top / frame.Height, (float)tile.Width / frame.Width, (float)tile.Height / frame.Height);

    /// <summary>Runs the network once more on the tensor of the last prediction, and does nothing else: the limit that the way of a part is measured against.</summary>
    /// <exception cref="OnnxRuntimeException">It could not be run.</exception>
    public TimeSpan RunBare()
    {
        long start = TimeProvider.System.GetTimestamp();
        _inputs[0] = _input.Tensor;
        (Run() as IDisposable)?.Dispose();
        return TimeProvider.System.GetElapsedTime(start);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Forget();
        _input.Dispose();
        _run.Dispose();
        _shared.Dispose();
    }

    private static readonly Comparison<Prediction> HighestFirst = (a, b) => b.Probability.CompareTo(a.Probability);

    /// <summary>Runs the network into memory that is kept, where the format allows it.</summary>
    private IReadOnlyList<OrtValue> Run()
    {
        if (!_decoder.OutputsKeepTheirShape)
            return _session.Run(_run, _inputNames, _inputs, _decoder.OutputNames);
        // The values of the first run are kept: they are the memory of the later ones.
        if (_outputs is null)
            _outputs = [.. _session.Run(_run, _inputNames, _inputs, _decoder.OutputNames)];
        else
            _session.Run(_run, _inputNames, _inputs, _decoder.OutputNames, _outputs);
        return _outputs;
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
