using EdgeInspector.Inference.Decoding;
using EdgeInspector.Inference.Preprocessing;
using EdgeInspector.Inference.Tiling;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using Microsoft.ML.OnnxRuntime;

namespace EdgeInspector.Inference.Sessions;

/// <summary>
/// One pass of pictures through a network: fills the pictures into the tensor, waits for the device, runs, and reads the outputs into
/// places on the frame. Owns the tensors, the decoder, the area and its share of the session. One caller at a time.
/// </summary>
internal sealed class PicturePass : IDisposable
{
    private readonly SharedSession _shared;
    private readonly FrameTensor _input;
    private readonly NetworkRun _network;
    private readonly IOutputDecoder _decoder;
    private readonly InspectedArea? _area;
    private readonly RunQueue.Waiter _waiter = new();
    private readonly InputGeometry[] _geometries;

    // Only for networks that give heat.
    private readonly HeatCanvas? _heat;

    /// <param name="session">A share of it becomes the pass's own.</param>
    /// <param name="input">The network's input.</param>
    /// <param name="plan">How pictures are brought to the input.</param>
    /// <param name="decoder">How the network's outputs are read.</param>
    /// <param name="area">The area of the frame that counts; null: all of the frame.</param>
    /// <param name="most">How many pictures run at once, at most; 1 for a network that takes one picture only.</param>
    public PicturePass(
        SharedSession session, TensorInput input, PreprocessingPlan plan, IOutputDecoder decoder, InspectedArea? area, int most)
    {
        (_shared, _decoder, _area, Most) = (session, decoder, area, most);
        // A detector also sees what lies outside of the area; its boxes there are dropped.
        _input = new FrameTensor(input, plan, most, IsDetector ? null : area);
        _network = new NetworkRun(session.Session, input.Name, _input, decoder);
        Reading = new NetworkReading(plan.AsOptions(input), (decoder as ProbabilityDecoder)?.Scores);
        Input = new PictureInput(input.Width, input.Height, input.IsGrey);
        _geometries = new InputGeometry[most];
        _heat = decoder is IHeatSource ? new HeatCanvas() : null;
    }

    /// <summary>How pictures become the network's input, and how the network's numbers become probabilities.</summary>
    public NetworkReading Reading { get; }

    /// <summary>The pictures that the network takes.</summary>
    public PictureInput Input { get; }

    /// <summary>True for a detector.</summary>
    public bool IsDetector => _decoder.Kind == ModelKind.Detector;

    /// <summary>How many pictures run at once, at most.</summary>
    public int Most { get; private set; }

    /// <summary>How long the last run took.</summary>
    public TimeSpan Took => _network.Took;

    /// <summary>The session.</summary>
    public InferenceSession Session => _shared.Session;

    /// <summary>Where runs wait for the device.</summary>
    public RunQueue Queue => _shared.Queue;

    /// <summary>The input tensor of the last run.</summary>
    public OrtValue Tensor => _input.Tensor;

    /// <summary>The decoder.</summary>
    public IOutputDecoder Decoder => _decoder;

    /// <summary>Forgets the heat of the frame before.</summary>
    public void Begin(Frame frame) => _heat?.Clear(frame.Width, frame.Height);

    /// <summary>The heat of the last frame; null when the network gives none.</summary>
    public HeatMap? LastHeat() => _heat?.Copy();

    /// <summary>Asks the run in flight to give up.</summary>
    public void Interrupt() => _network.Interrupt();

    /// <summary>From now on only one picture runs at a time.</summary>
    public void RunOneByOne() => Most = 1;

    /// <summary>Preprocessing alone. Returns true when the frame's size made a new tensor necessary.</summary>
    public bool Prepare(Frame frame) => _input.Fill(frame, FramePlace.Whole(frame));

    /// <summary>Fills in the whole frame.</summary>
    /// <exception cref="PredictionException">No part of the frame is inspected.</exception>
    public void FillWhole(Frame frame)
    {
        _area?.For(frame.Width, frame.Height);
        Fill(frame, FramePlace.Whole(frame), 0);
        if (_area is not null && !_area.Touches(FramePlace.Seen(_geometries[0])))
        {
            throw new PredictionException(
                $"Of a frame of {frame.Width}×{frame.Height} nothing is inspected: "
                + "what the network sees of it lies outside of Regions and Mask.");
        }
    }

    /// <summary>Fills in the first tiles, as many as run at once. Returns how many tiles were filled in.</summary>
    public int FillTogether(Frame frame, ReadOnlySpan<Tile> tiles)
    {
        int count = 0;
        do
        {
            Fill(frame, tiles[count], count);
            count++;
        }
        while (count < Most && count < tiles.Length && IsOfOneSize(_input.GeometryOf(tiles[count]), _input.Geometry));
        return count;
    }

    /// <summary>Fills in one picture.</summary>
    public void Fill(Frame frame, in Tile tile, int index)
    {
        if (_input.Fill(frame, tile, index))
            _network.Forget();
        _geometries[index] = _input.Geometry;
    }

    /// <summary>Waits for the device, if there is a deadline, and runs the network on the first pictures.</summary>
    /// <returns>The outputs; a collection that frees them when it is disposable, else valid until the next run.</returns>
    /// <exception cref="OnnxRuntimeException">The network could not be run.</exception>
    public IReadOnlyList<OrtValue> Run(int pictures, long? deadline = null)
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

    /// <summary>Adds the predictions of a run for one picture, unchanged.</summary>
    public void DecodeBare(IReadOnlyList<OrtValue> outputs, int index, int count, List<Prediction> predictions) =>
        _decoder.Decode(outputs, Picture(index, count), predictions);

    /// <summary>
    /// Adds the predictions of a run for one picture, with boxes in shares of the frame and without boxes that lie mostly outside of the
    /// inspected area.
    /// </summary>
    public void Decode(IReadOnlyList<OrtValue> outputs, int index, int count, Frame frame, List<Prediction> predictions)
    {
        DecodeBare(outputs, index, count, predictions);
        InputGeometry geometry = _geometries[index];
        if (_heat is not null && ((IHeatSource)_decoder).LastHeat(out int width, out int height) is { IsEmpty: false } values)
            _heat.Add(values, width, height, geometry);
        if (geometry.Window is not null || geometry.CropWidth != frame.Width || geometry.CropHeight != frame.Height)
            FramePlace.PutOnFrame(predictions, frame, geometry);
        if (_area is not null && IsDetector)
            FramePlace.DropOutside(predictions, _area);
    }

    public void Dispose()
    {
        _network.Dispose();
        _input.Dispose();
        (_decoder as IDisposable)?.Dispose();
        _area?.Dispose();
        _shared.Dispose();
    }

    private static bool IsOfOneSize(in InputGeometry one, in InputGeometry other) =>
        (one.InputWidth, one.InputHeight) == (other.InputWidth, other.InputHeight);

    private PictureOfRun Picture(int index, int count) =>
        new(index, count, _geometries[index].InputWidth, _geometries[index].InputHeight);
}
