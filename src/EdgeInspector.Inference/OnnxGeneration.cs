using EdgeInspector.Inference.Decoding;
using EdgeInspector.Inference.Preprocessing;
using EdgeInspector.Inference.Sessions;
using EdgeInspector.Inference.Tiling;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using Microsoft.ML.OnnxRuntime;
using OpenCvSharp;

namespace EdgeInspector.Inference;

/// <summary>
/// A package that ONNX Runtime runs in this process. Made by <see cref="GenerationLoader"/>. Owns its native memory and a share of the
/// session.
/// </summary>
public sealed class OnnxGeneration : IGeneration
{
    private readonly SharedSession _shared;
    private readonly InspectedArea? _area;
    private readonly TileGrid? _grid;
    private readonly FrameTensor _input;
    private readonly NetworkRun _network;
    private readonly IOutputDecoder _decoder;
    private readonly RunQueue.Waiter _waiter = new();

    // For tiles.
    private readonly TileMerge _merge = new();
    private readonly List<Prediction> _ofTile = new(64);
    private readonly InputGeometry[] _geometries;

    // Only for networks that tell how conspicuous each place is.
    private readonly HeatCanvas? _heat;

    /// <summary>How many pictures run at once, at most.</summary>
    private int _batch;

    /// <param name="session">A share of it becomes the generation's.</param>
    /// <param name="input">The network's input.</param>
    /// <param name="plan">How pictures are brought to it.</param>
    /// <param name="decoder">How its outputs are read.</param>
    /// <param name="view">Where on the frame it looks.</param>
    /// <param name="batch">How many pictures run at once, at most; 1 for a network that takes no more.</param>
    /// <param name="model">What runs.</param>
    /// <param name="description">What was recognised.</param>
    internal OnnxGeneration(
        SharedSession session, TensorInput input, PreprocessingPlan plan, IOutputDecoder decoder, FieldOfView view, int batch, ModelIdentity model, ModelDescription description)
    {
        (_shared, _decoder, _batch, Model, Description) = (session, decoder, batch, model, description);
        (_area, _grid) = (view.Area, view.Grid);
        // A detector sees what lies outside; its boxes there are dropped.
        _input = new FrameTensor(input, plan, batch, decoder.Kind == ModelKind.Classifier ? view.Area : null);
        _network = new NetworkRun(session.Session, input.Name, _input, decoder);
        Reading = new NetworkReading(plan.AsOptions(input), (decoder as ProbabilityDecoder)?.Scores);
        Input = new PictureInput(input.Width, input.Height, input.IsGrey);
        _geometries = new InputGeometry[batch];
        _heat = decoder is IHeatSource ? new HeatCanvas() : null;
    }

    /// <inheritdoc />
    public ModelIdentity Model { get; internal set; }

    /// <summary>What was recognised in the package.</summary>
    public ModelDescription Description { get; }

    /// <summary>How pictures become its input and its numbers probabilities.</summary>
    public NetworkReading Reading { get; }

    /// <summary>What the network takes.</summary>
    public PictureInput Input { get; }

    /// <summary>The session, for a benchmark of its bare run.</summary>
    internal InferenceSession Session => _shared.Session;

    /// <summary>The input tensor of the last prediction, for a benchmark of the bare run and for tests.</summary>
    internal OrtValue InputTensor => _input.Tensor;

    /// <summary>The decoder, for the same.</summary>
    internal IOutputDecoder Decoder => _decoder;

    /// <summary>How many pictures run at once, at most.</summary>
    internal int Batch => _batch;

    /// <summary>Where its predictions wait for the device, for tests.</summary>
    internal RunQueue Queue => _shared.Queue;

    /// <summary>Preprocessing alone, for the same. Returns true when the frame's size made a new tensor necessary.</summary>
    internal bool Prepare(Frame frame) => _input.Fill(frame, Whole(frame));

    /// <inheritdoc />
    public PredictionTiming Predict(Frame frame, List<Prediction> predictions, long? deadline = null)
    {
        predictions.Clear();
        _heat?.Clear(frame.Width, frame.Height);
        try
        {
            return _grid is null
                ? PredictWhole(frame, predictions, deadline)
                : PredictTiles(frame, _grid.For(frame.Width, frame.Height), predictions, deadline);
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
    public void Interrupt() => _network.Interrupt();

    /// <inheritdoc />
    public HeatMap? LastHeat() => _heat?.Copy();

    /// <summary>How many pictures the network sees of one frame: the tiles, or 1.</summary>
    public int PicturesOf(int frameWidth, int frameHeight) => _grid?.For(frameWidth, frameHeight).Length ?? 1;

    /// <summary>
    /// Runs the network once more on the tensor of the last prediction, and does nothing else: the limit that the way of a part is measured
    /// against.
    /// </summary>
    /// <exception cref="OnnxRuntimeException">It could not be run.</exception>
    public TimeSpan RunBare()
    {
        (_network.Run(1) as IDisposable)?.Dispose();
        return _network.Took;
    }

    /// <summary>
    /// Whether the network says of two pictures that run at once what it says of each alone; a graph may be fixed to one picture inside
    /// although its input is not. If not, no pictures run at once from now on.
    /// </summary>
    internal bool RunsTogetherAsAlone(Frame first, Frame second)
    {
        List<Prediction>[] together = [[], []], alone = [[], []];
        try
        {
            Fill(first, Whole(first), 0);
            Fill(second, Whole(second), 1);
            IReadOnlyList<OrtValue> outputs = _network.Run(2);
            using (outputs as IDisposable)
            {
                _decoder.Decode(outputs, Picture(0, 2), together[0]);
                _decoder.Decode(outputs, Picture(1, 2), together[1]);
            }
            foreach ((int i, Frame frame) in new[] { first, second }.Index())
            {
                Fill(frame, Whole(frame), 0);
                outputs = _network.Run(1);
                using (outputs as IDisposable)
                    _decoder.Decode(outputs, Picture(0, 1), alone[i]);
            }
        }
        catch (Exception fault) when (fault is OnnxRuntimeException or PredictionException)
        {
            RunOneByOne();
            return false;
        }
        if (together.Zip(alone).All(pair => pair.First.Count == pair.Second.Count && pair.First.Zip(pair.Second).All(same => IsSame(same.First, same.Second))))
            return true;
        RunOneByOne();
        return false;
    }

    /// <summary>
    /// Runs each number of pictures once, because a graphics card prepares itself for each, and better now than while a part waits.
    /// </summary>
    internal void TryEachNumber()
    {
        try
        {
            for (int pictures = 2; pictures <= _batch; pictures++)
                (_network.Run(pictures) as IDisposable)?.Dispose();
        }
        catch (OnnxRuntimeException)
        {
            // The card's memory does not suffice.
            RunOneByOne();
        }
    }

    private static bool IsSame(in Prediction one, in Prediction other) =>
        one.TagName == other.TagName && MathF.Abs(one.Probability - other.Probability) < 1e-3f;

    /// <inheritdoc />
    public void Dispose()
    {
        _network.Dispose();
        _input.Dispose();
        (_decoder as IDisposable)?.Dispose();
        _area?.Dispose();
        _shared.Dispose();
    }

    private PredictionTiming PredictWhole(Frame frame, List<Prediction> predictions, long? deadline)
    {
        TimeProvider time = TimeProvider.System;
        long start = time.GetTimestamp();
        _area?.For(frame.Width, frame.Height);
        Fill(frame, Whole(frame), 0);
        if (_area is not null && !_area.Touches(Seen(_geometries[0])))
        {
            throw new PredictionException(
                $"Of a frame of {frame.Width}×{frame.Height} nothing is inspected: "
                + "what the network sees of it lies outside of Regions and Mask.");
        }
        TimeSpan preprocess = time.GetElapsedTime(start);
        IReadOnlyList<OrtValue> outputs = Run(1, deadline);
        long ran = time.GetTimestamp();
        using (outputs as IDisposable)
            Decode(outputs, Picture(0, 1), frame, predictions);
        predictions.Sort(HighestFirst);
        return new PredictionTiming(preprocess, _network.Took, time.GetElapsedTime(ran));
    }

    private PredictionTiming PredictTiles(Frame frame, ReadOnlySpan<Tile> tiles, List<Prediction> predictions, long? deadline)
    {
        TimeProvider time = TimeProvider.System;
        PredictionTiming total = default;
        _merge.Clear();
        for (int from = 0; from < tiles.Length;)
        {
            long start = time.GetTimestamp();
            int count = FillTogether(frame, tiles[from..]);
            TimeSpan preprocess = time.GetElapsedTime(start);
            IReadOnlyList<OrtValue> outputs;
            try
            {
                outputs = Run(count, deadline);
            }
            catch (OnnxRuntimeException) when (count > 1)
            {
                // What they can't together they may one by one, these tiles and all later ones.
                RunOneByOne();
                continue;
            }
            long ran = time.GetTimestamp();
            // Outputs of one run only come as a collection that frees them; those that are kept, as an array.
            using (outputs as IDisposable)
            {
                for (int i = 0; i < count; i++)
                    TakeTile(outputs, Picture(i, count), frame, Share(tiles[from + i], frame), predictions);
            }
            total = new PredictionTiming(total.Preprocess + preprocess, total.Run + _network.Took, total.Decode + time.GetElapsedTime(ran));
            from += count;
        }
        if (Model.Kind == ModelKind.Detector)
            _merge.WriteTo(predictions);
        return total;
    }

    /// <summary>Fills in the first tiles, as many as run at once. Returns how many those are.</summary>
    private int FillTogether(Frame frame, ReadOnlySpan<Tile> tiles)
    {
        int count = 0;
        do
        {
            Fill(frame, tiles[count], count);
            count++;
        }
        while (count < _batch && count < tiles.Length && IsOfOneSize(_input.GeometryOf(tiles[count]), _input.Geometry));
        return count;
    }

    private static bool IsOfOneSize(in InputGeometry one, in InputGeometry other) => (one.InputWidth, one.InputHeight) == (other.InputWidth, other.InputHeight);

    private void Fill(Frame frame, in Tile tile, int index)
    {
        if (_input.Fill(frame, tile, index))
            _network.Forget();
        _geometries[index] = _input.Geometry;
    }

    /// <summary>Waits for the device, if there is a deadline, and runs the network on the first pictures.</summary>
    private IReadOnlyList<OrtValue> Run(int pictures, long? deadline)
    {
        if (deadline is not { } due)
            return _network.Run(pictures);
        _shared.Queue.Enter(_waiter, due);
        try
        {
            return _network.Run(pictures);
        }
        finally
        {
            _shared.Queue.Leave(_waiter);
        }
    }

    private void RunOneByOne() => _batch = 1;

    /// <summary>Takes in what a run says of one tile.</summary>
    private void TakeTile(IReadOnlyList<OrtValue> outputs, PictureOfRun picture, Frame frame, in BoundingBox where, List<Prediction> predictions)
    {
        _ofTile.Clear();
        Decode(outputs, picture, frame, _ofTile);
        if (Model.Kind == ModelKind.Detector)
        {
            _merge.Add(where, _ofTile);
            return;
        }
        // What a classifier says of a tile belongs together: which tile counts, the rules decide.
        _ofTile.Sort(HighestFirst);
        foreach (Prediction prediction in _ofTile)
            predictions.Add(prediction with { BoundingBox = where });
    }

    /// <summary>
    /// Adds what a run says of one picture, with its boxes in shares of the frame and without those mostly outside of what is inspected.
    /// </summary>
    private void Decode(IReadOnlyList<OrtValue> outputs, PictureOfRun picture, Frame frame, List<Prediction> predictions)
    {
        _decoder.Decode(outputs, picture, predictions);
        InputGeometry geometry = _geometries[picture.Index];
        if (_heat is not null && ((IHeatSource)_decoder).LastHeat(out int width, out int height) is { IsEmpty: false } values)
            _heat.Add(values, width, height, geometry);
        if (geometry.Window is not null || geometry.CropWidth != frame.Width || geometry.CropHeight != frame.Height)
            PutOnFrame(predictions, frame, geometry);
        if (_area is not null && Model.Kind == ModelKind.Detector)
            DropOutside(predictions, _area);
    }

    /// <summary>Turns shares of the network's picture into shares of the frame, and drops what shows nothing but padding.</summary>
    private static void PutOnFrame(List<Prediction> predictions, Frame frame, in InputGeometry geometry)
    {
        (double left, double top, double width, double height) = geometry.Seen;
        float scaleX = (float)(width / frame.Width), scaleY = (float)(height / frame.Height);
        float offsetX = (float)(left / frame.Width), offsetY = (float)(top / frame.Height);
        var crop = new Corners(
            (float)geometry.CropLeft / frame.Width, (float)geometry.CropTop / frame.Height,
            (float)(geometry.CropLeft + geometry.CropWidth) / frame.Width, (float)(geometry.CropTop + geometry.CropHeight) / frame.Height);
        for (int i = predictions.Count - 1; i >= 0; i--)
        {
            if (predictions[i].BoundingBox is not { } box)
                continue;
            var placed = new BoundingBox(offsetX + (box.Left * scaleX), offsetY + (box.Top * scaleY), box.Width * scaleX, box.Height * scaleY);
            if (geometry.Window is not null && !Corners.Of(placed).TryClip(crop, out placed))
                predictions.RemoveAt(i);
            else
                predictions[i] = predictions[i] with { BoundingBox = placed, MaskArea = AreaIn(placed, predictions[i].MaskArea * scaleX * scaleY) };
        }
    }

    /// <summary>What of a segment lay on padding went with that part of its box.</summary>
    private static float? AreaIn(in BoundingBox box, float? area) => area is { } known ? Math.Min(known, box.Area) : null;

    private static void DropOutside(List<Prediction> predictions, InspectedArea area)
    {
        for (int i = predictions.Count - 1; i >= 0; i--)
        {
            if (predictions[i].BoundingBox is { } box && area.ShareOf(box) < 0.5f)
                predictions.RemoveAt(i);
        }
    }

    private PictureOfRun Picture(int index, int count) => new(index, count, _geometries[index].InputWidth, _geometries[index].InputHeight);

    /// <summary>The part of the frame that the network sees, in whole pixels.</summary>
    private static Tile Seen(in InputGeometry geometry)
    {
        (double left, double top, double width, double height) = geometry.Seen;
        int fromX = Math.Max(geometry.CropLeft, (int)Math.Floor(left)), fromY = Math.Max(geometry.CropTop, (int)Math.Floor(top));
        int toX = Math.Min(geometry.CropLeft + geometry.CropWidth, (int)Math.Ceiling(left + width));
        int toY = Math.Min(geometry.CropTop + geometry.CropHeight, (int)Math.Ceiling(top + height));
        return new Tile(fromX, fromY, toX - fromX, toY - fromY);
    }

    private static Tile Whole(Frame frame) => new(0, 0, frame.Width, frame.Height);

    private static BoundingBox Share(in Tile tile, Frame frame) => new(
        (float)tile.Left / frame.Width, (float)tile.Top / frame.Height, (float)tile.Width / frame.Width, (float)tile.Height / frame.Height);

    private static readonly Comparison<Prediction> HighestFirst = (a, b) => b.Probability.CompareTo(a.Probability);
}
