using System.Globalization;
using System.Numerics.Tensors;
using EdgeInspector.Inspection.Predictions;
using Microsoft.ML.OnnxRuntime;

namespace EdgeInspector.Inference.Decoding;

/// <summary>
/// Detector General (compact): the raw grid of YOLOv2, <c>[1, anchors × (5 + classes), rows, columns]</c>, channels per anchor x, y, w, h,
/// objectness, classes. Formulas as in YOLOv2 and <c>object_detection.py</c> of the export zips: centre = (logistic(x) + column) / columns,
/// width = exp(w) × anchor / columns, probability = logistic(objectness) × softmax(classes).
/// </summary>
internal sealed class GridDecoder : IOutputDecoder
{
    /// <summary>Width and height of the five anchors in grid cells, when the package names none.</summary>
    internal static readonly float[] DefaultAnchors =
        [0.57273f, 0.677385f, 1.87446f, 2.06253f, 3.33843f, 5.47434f, 7.88282f, 3.52778f, 9.77052f, 9.16828f];

    private readonly string _output;
    private readonly IReadOnlyList<string> _tags;
    private readonly DetectorOptions _options;
    private readonly float[] _anchors;
    private readonly float _overlap;
    private readonly OutputFloats _floats;
    private readonly float[] _classes;
    private readonly BoxSuppression _boxes;

    /// <param name="output">The output's name.</param>
    /// <param name="tags">The tags in class order.</param>
    /// <param name="anchors">Width, height, width, height, … in grid cells.</param>
    /// <param name="overlap">Intersection over union above which the weaker box is dropped, 0..1.</param>
    /// <param name="options">The user's choices.</param>
    public GridDecoder(string output, IReadOnlyList<string> tags, float[] anchors, float overlap, DetectorOptions options)
    {
        (_output, _tags, _anchors, _overlap, _options) = (output, tags, anchors, overlap, options);
        _floats = new OutputFloats(output);
        _classes = new float[tags.Count];
        _boxes = new BoxSuppression(overlap, options.SuppressAcrossTags, options.MaximumBoxes);
        OutputNames = [output];
    }

    /// <summary>
    /// True when only the output's shape tells that the output is such a grid: then each run must show that the grid's cells are 32 pixels
    /// wide.
    /// </summary>
    public bool IsFoundByShape { get; init; }

    public ModelKind Kind => ModelKind.Detector;

    public IReadOnlyList<string> OutputNames { get; }

    public bool OutputsKeepTheirShape => true;

    public string Description => string.Create(
        CultureInfo.InvariantCulture,
        $"YOLOv2 grid from '{_output}' with {_anchors.Length / 2} anchors, "
        + $"centres {(_options.LogisticCentre ? "logistic" : "as they are")}, "
        + $"suppression above {_overlap:0.##} {(_options.SuppressAcrossTags ? "across tags" : "per tag")}");

    public void Decode(IReadOnlyList<OrtValue> outputs, PictureOfRun picture, List<Prediction> predictions)
    {
        long[] shape = _floats.ShapeOf(outputs[0]);
        if (shape.Length != 4)
            throw new PredictionException($"The model's output '{_output}' has {shape.Length} dimensions instead of 4.");
        if (IsFoundByShape && (Math.Abs((shape[2] * 32) - picture.Height) >= 32 || Math.Abs((shape[3] * 32) - picture.Width) >= 32))
        {
            throw new PredictionException(
                $"The model's output '{_output}' has {shape[2]}×{shape[3]} cells for a picture of {picture.Width}×{picture.Height}; "
                + "a grid of YOLOv2 has one for 32 pixels. "
                + "The layout is another one, which is not known.");
        }
        Decode(_floats.Read(outputs[0], picture), (int)shape[2], (int)shape[3], predictions);
    }

    internal void Decode(ReadOnlySpan<float> grid, int rows, int columns, List<Prediction> predictions)
    {
        int channels = 5 + _tags.Count, anchors = _anchors.Length / 2;
        if (grid.Length != anchors * channels * rows * columns)
        {
            throw new PredictionException(
                $"The package names {Count.Of(_tags.Count, "tag")}, "
                + $"but the model's output '{_output}' has {grid.Length} numbers for {rows}×{columns} cells of "
                + $"{anchors} anchors instead of {anchors * channels * rows * columns}; use the labels.txt of the same export.");
        }
        Collect(grid, rows, columns);
        foreach (CandidateBox candidate in _boxes.Keep())
        {
            if (candidate.Box.TryClip(out BoundingBox box))
                predictions.Add(new Prediction(_tags[candidate.Tag], candidate.Probability, box));
        }
    }

    private void Collect(ReadOnlySpan<float> grid, int rows, int columns)
    {
        _boxes.Clear();
        int cells = rows * columns, channels = 5 + _tags.Count;
        for (int anchor = 0; anchor < _anchors.Length / 2; anchor++)
        {
            ReadOnlySpan<float> planes = grid.Slice(anchor * channels * cells, channels * cells);
            for (int cell = 0; cell < cells; cell++)
            {
                float objectness = Logistic.Of(planes[4 * cells + cell]);
                if (objectness >= _options.MinimumProbability)
                    CollectCell(planes, anchor, cell, rows, columns, objectness);
            }
        }
    }

    private void CollectCell(ReadOnlySpan<float> planes, int anchor, int cell, int rows, int columns, float objectness)
    {
        int cells = rows * columns;
        for (int i = 0; i < _classes.Length; i++)
            _classes[i] = planes[(5 + i) * cells + cell];
        Softmax(_classes);
        float x = planes[cell], y = planes[cells + cell];
        if (_options.LogisticCentre)
            (x, y) = (Logistic.Of(x), Logistic.Of(y));
        x = (x + cell % columns) / columns;
        y = (y + cell / columns) / rows;
        float width = MathF.Exp(planes[2 * cells + cell]) * _anchors[2 * anchor] / columns;
        float height = MathF.Exp(planes[3 * cells + cell]) * _anchors[2 * anchor + 1] / rows;
        int place = (anchor * cells) + cell;
        var box = new Corners(x - width / 2, y - height / 2, x + width / 2, y + height / 2);
        if (_options.SuppressAcrossTags)
        {
            int best = TensorPrimitives.IndexOfMax<float>(_classes);
            Add(box, place, best, objectness * _classes[best]);
            return;
        }
        for (int tag = 0; tag < _classes.Length; tag++)
            Add(box, place, tag, objectness * _classes[tag]);
    }

    private void Add(in Corners box, int place, int tag, float probability)
    {
        if (probability >= _options.MinimumProbability)
            _boxes.Add(new CandidateBox(box, tag, probability, place));
    }

    private static void Softmax(Span<float> values)
    {
        float max = TensorPrimitives.Max<float>(values);
        float sum = 0;
        for (int i = 0; i < values.Length; i++)
            sum += values[i] = MathF.Exp(values[i] - max);
        for (int i = 0; i < values.Length; i++)
            values[i] /= sum;
    }
}
