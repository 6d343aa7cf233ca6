using System.Globalization;
using EdgeInspector.Inspection.Predictions;
using Microsoft.ML.OnnxRuntime;

namespace EdgeInspector.Inference.Decoding;

/// <summary>
/// Detectors of YOLOv5 and of Ultralytics v8 and later. A box has its place in four numbers, then for v5 an objectness, then a score for
/// each tag; end to end a score and a tag, and no box needs to be suppressed. Networks that segment add coefficients to each box and
/// prototypes as a second output. Formats as in ultralytics/utils/ops.py (<c>non_max_suppression</c>, <c>process_mask</c>).
/// </summary>
internal sealed class YoloDecoder : IOutputDecoder
{
    private readonly string _output;
    private readonly IReadOnlyList<string> _tags;
    private readonly OutputLayout _layout;
    private readonly DetectorOptions _options;
    private readonly int _numbers;
    private readonly int _firstScore;
    private readonly OutputFloats _floats;
    private readonly BoxSuppression _boxes;
    private readonly SegmentArea? _segments;
    private readonly float[] _coefficients;
    private readonly float _overlap;

    // The number of boxes and the size of the picture that were last found to fit together.
    private (int Boxes, int Width, int Height) _fitting;

    /// <param name="layout">One of the three layouts of YOLO boxes.</param>
    /// <param name="output">Name of the output with the boxes.</param>
    /// <param name="tags">The tags in class order.</param>
    /// <param name="options">The user's choices.</param>
    /// <param name="prototypes">Name of the output with the prototypes of segments, and how many there are; null for boxes alone.</param>
    public YoloDecoder(
        OutputLayout layout,
        string output,
        IReadOnlyList<string> tags,
        DetectorOptions options,
        (string Output, int Count)? prototypes = null)
    {
        (_layout, _output, _tags, _options) = (layout, output, tags, options);
        _firstScore = layout == OutputLayout.YoloV5 ? 5 : 4;
        _coefficients = new float[prototypes?.Count ?? 0];
        _numbers = Numbers(layout, tags.Count, _coefficients.Length);
        _floats = new OutputFloats(output);
        // Ultralytics' own defaults.
        _overlap = (float)(options.OverlapThreshold ?? (layout == OutputLayout.YoloV8 ? 0.7 : 0.45));
        _boxes = new BoxSuppression(layout == OutputLayout.YoloEndToEnd ? 1 : _overlap, options.SuppressAcrossTags, options.MaximumBoxes);
        _segments = prototypes is { } segments ? new SegmentArea(segments.Output) : null;
        OutputNames = prototypes is null ? [output] : [output, prototypes.Value.Output];
    }

    public ModelKind Kind => ModelKind.Detector;

    public IReadOnlyList<string> OutputNames { get; }

    public bool OutputsKeepTheirShape => true;

    public string Description => $"{Name} from '{_output}'{(_segments is null ? "" : " with segments")}, {Suppression}";

    private string Suppression => _layout == OutputLayout.YoloEndToEnd
        ? "overlapping boxes are gone already"
        : string.Create(
            CultureInfo.InvariantCulture, $"suppression above {_overlap:0.##} {(_options.SuppressAcrossTags ? "across tags" : "per tag")}");

    private string Name => _layout switch
    {
        OutputLayout.YoloV5 => "YOLOv5 boxes",
        OutputLayout.YoloV8 => "Ultralytics boxes (v8 and later)",
        _ => "Ultralytics boxes, end to end",
    };

    /// <summary>How many numbers a box has.</summary>
    public static int Numbers(OutputLayout layout, int tags, int coefficients) => coefficients + layout switch
    {
        OutputLayout.YoloV5 => 5 + tags,
        OutputLayout.YoloV8 => 4 + tags,
        _ => 6,
    };

    public void Decode(IReadOnlyList<OrtValue> outputs, PictureOfRun picture, List<Prediction> predictions)
    {
        long[] shape = _floats.ShapeOf(outputs[0]);
        bool boxesFirst = _layout != OutputLayout.YoloV8;
        int count = shape.Length == 3 ? (int)shape[boxesFirst ? 1 : 2] : 0;
        if (shape.Length != 3 || shape[boxesFirst ? 2 : 1] != _numbers)
            throw new PredictionException(
                $"The model's output '{_output}' has the shape [{string.Join(',', shape)}] instead of {Expected(boxesFirst)}.");
        // Checked once for each size: the sizes of a line's pictures seldom change.
        if (_layout != OutputLayout.YoloEndToEnd && _fitting != (count, picture.Width, picture.Height)
            && !YoloStrides.Give(count, PerCell, picture.Width, picture.Height))
        {
            throw new PredictionException(
                $"The model's output '{_output}' has {count} boxes for a picture of {picture.Width}×{picture.Height}; {Name} would be "
                + $"{YoloStrides.Expected(PerCell, picture.Width, picture.Height)}. The layout is another one, which is not known.");
        }
        _fitting = (count, picture.Width, picture.Height);
        ReadOnlySpan<float> values = _floats.Read(outputs[0], picture);
        var boxes = new YoloBoxes(
            values, count, _numbers, boxesFirst, picture, _layout == OutputLayout.YoloEndToEnd ? StrongestIsInPixels(values, count) : null);
        Collect(boxes);
        foreach (CandidateBox candidate in _boxes.Keep())
        {
            if (candidate.Box.TryClip(out BoundingBox box))
                predictions.Add(new Prediction(
                    _tags[candidate.Tag], candidate.Probability, box, AreaOf(outputs, picture, boxes, candidate.Place, box)));
        }
    }

    private int PerCell => _layout == OutputLayout.YoloV5 ? 3 : 1;

    private string Expected(bool boxesFirst) => boxesFirst ? $"[1,boxes,{_numbers}]" : $"[1,{_numbers},boxes]";

    private void Collect(in YoloBoxes boxes)
    {
        _boxes.Clear();
        switch (_layout)
        {
            case OutputLayout.YoloV8:
                // Goes tag by tag, since the numbers lie in memory in that order.
                for (int tag = 0; tag < _tags.Count; tag++)
                {
                    for (int box = 0; box < boxes.Count; box++)
                        Add(boxes, box, tag, boxes[box, _firstScore + tag]);
                }
                break;
            case OutputLayout.YoloV5:
                for (int box = 0; box < boxes.Count; box++)
                {
                    float objectness = boxes[box, 4];
                    for (int tag = 0; objectness >= _options.MinimumProbability && tag < _tags.Count; tag++)
                        Add(boxes, box, tag, objectness * boxes[box, _firstScore + tag]);
                }
                break;
            default:
                for (int box = 0; box < boxes.Count; box++)
                {
                    // The tag is read even where the box is dropped: a score in the place of a class shows that the layout is another one.
                    int tag = TagOf(boxes[box, 5]);
                    Add(boxes, box, tag, boxes[box, 4]);
                }
                break;
        }
    }

    /// <summary>
    /// End to end, the strongest box is a real thing within the picture: its right or lower edge is beyond 2 only when places are pixels.
    /// </summary>
    private bool StrongestIsInPixels(ReadOnlySpan<float> values, int count)
    {
        int strongest = 0;
        for (int box = 1; box < count; box++)
        {
            if (values[(box * _numbers) + 4] > values[(strongest * _numbers) + 4])
                strongest = box;
        }
        return count > 0 && Math.Max(values[(strongest * _numbers) + 2], values[(strongest * _numbers) + 3]) > 2;
    }

    private void Add(in YoloBoxes boxes, int box, int tag, float probability)
    {
        if (probability < _options.MinimumProbability)
            return;
        Corners corners = _layout == OutputLayout.YoloEndToEnd ? boxes.FromCorners(box) : boxes.FromCentre(box);
        _boxes.Add(new CandidateBox(corners, tag, ProbabilityDecoder.Checked(probability, _output), box));
    }

    private int TagOf(float number) => number >= 0 && number < _tags.Count && number == MathF.Floor(number)
        ? (int)number
        : throw new PredictionException($"The model found a thing of class {number}, but the package names {Count.Of(_tags.Count, "tag")}; "
            + "use the tags of the same export.");

    private float? AreaOf(IReadOnlyList<OrtValue> outputs, PictureOfRun picture, in YoloBoxes boxes, int box, in BoundingBox where)
    {
        if (_segments is null)
            return null;
        for (int i = 0; i < _coefficients.Length; i++)
            _coefficients[i] = boxes[box, _numbers - _coefficients.Length + i];
        // The prototypes' cells are coarser than the box, so the segment's area may exceed the box's.
        return Math.Min(_segments.Of(outputs[1], picture, _coefficients, where), where.Area);
    }
}
