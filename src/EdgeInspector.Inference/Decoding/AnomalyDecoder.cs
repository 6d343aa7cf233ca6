using System.Numerics.Tensors;
using EdgeInspector.Inspection.Predictions;
using Microsoft.ML.OnnxRuntime;

namespace EdgeInspector.Inference.Decoding;

/// <summary>
/// Anomaly detectors as Anomalib exports them: <c>pred_score</c> [N] for the whole picture and <c>anomaly_map</c> [N,1,H,W], or in older
/// exports one map alone. Gives a box around each region of the map; the box of the strongest region gets the picture's score, since the
/// network's threshold was found for that score. There is always at least one box, so that a part never passes for want of a prediction.
/// </summary>
/// <param name="score">Name of the output with the score; null: the map's highest value.</param>
/// <param name="map">Name of the output with the map; null: the box is the whole picture.</param>
/// <param name="tag">The tag of all boxes.</param>
/// <param name="scale">How raw scores become 0..1; null where the network's scores are 0..1.</param>
/// <param name="options">The user's choices.</param>
internal sealed class AnomalyDecoder(string? score, string? map, string tag, AnomalyOptions? scale, DetectorOptions options)
    : IOutputDecoder, IHeatSource, IDisposable
{
    // From this value on a place is anomalous, in a map whose threshold is 0.5.
    private const float Anomalous = 0.5f;

    private readonly OutputFloats _scores = new(score ?? "");
    private readonly OutputFloats _maps = new(map ?? "");
    private readonly HotRegions _regions = new(options.MaximumBoxes);
    private float[] _scaled = [];
    private (int Width, int Height) _size;

    public ModelKind Kind => ModelKind.Detector;

    public IReadOnlyList<string> OutputNames { get; } = [.. new[] { score, map }.OfType<string>()];

    public bool OutputsKeepTheirShape => true;

    public string Description => $"anomalies (Anomalib) from {string.Join(" and ", OutputNames.Select(name => $"'{name}'"))}"
        + (scale is null
            ? ""
            : $", scores scaled by Anomaly ({scale.Minimum:0.###}..{scale.Maximum:0.###}, threshold {scale.Threshold:0.###})");

    public void Decode(IReadOnlyList<OrtValue> outputs, PictureOfRun picture, List<Prediction> predictions)
    {
        ReadOnlySpan<float> scores = score is null ? [] : _scores.Read(outputs[0], picture);
        if (score is not null && scores.Length != 1)
            throw new PredictionException(
                $"The model's output '{score}' has {Count.Of(scores.Length, "number")} for a picture instead of 1.");
        if (map is null)
        {
            predictions.Add(new Prediction(tag, Scaled(scores[0], score!), new BoundingBox(0, 0, 1, 1)));
            return;
        }
        OrtValue output = outputs[^1];
        long[] shape = _maps.ShapeOf(output);
        ReadOnlySpan<float> values = _maps.Read(output, picture);
        (int height, int width) = shape.Length >= 2 ? ((int)shape[^2], (int)shape[^1]) : (0, 0);
        if (height * width != values.Length || values.IsEmpty)
            throw new PredictionException(
                $"The model's output '{map}' has the shape [{string.Join(',', shape)}] instead of [N,1,height,width].");
        _size = (width, height);
        Decode(Scale(values), width, height, score is null ? null : Scaled(scores[0], score), predictions);
    }

    public void Dispose() => _regions.Dispose();

    /// <inheritdoc />
    public ReadOnlySpan<float> LastHeat(out int width, out int height)
    {
        (width, height) = _size;
        return _scaled.AsSpan(0, width * height);
    }

    /// <summary>Adds the boxes of a map of values 0..1.</summary>
    internal void Decode(ReadOnlySpan<float> values, int width, int height, float? whole, List<Prediction> predictions)
    {
        float peak = TensorPrimitives.Max(values);
        float strongest = whole ?? peak;
        bool isFirst = true;
        foreach (HotRegion region in _regions.Find(values, width, height, peak >= Anomalous ? Anomalous : peak / 2))
        {
            float probability = isFirst ? strongest : Math.Min(region.Peak, strongest);
            isFirst = false;
            predictions.Add(new Prediction(tag, probability, region.Box, region.Area));
        }
    }

    private ReadOnlySpan<float> Scale(ReadOnlySpan<float> values)
    {
        if (_scaled.Length < values.Length)
            _scaled = new float[values.Length];
        Span<float> scaled = _scaled.AsSpan(0, values.Length);
        for (int i = 0; i < values.Length; i++)
            scaled[i] = Scaled(values[i], map!);
        return scaled;
    }

    private float Scaled(float value, string output)
    {
        if (scale is not null)
            return (float)Math.Clamp(((value - scale.Threshold) / (scale.Maximum - scale.Minimum)) + 0.5, 0, 1);
        return value is >= -1e-3f and <= 1.001f
            ? Math.Clamp(value, 0, 1)
            : throw new PredictionException(
                $"The model's output '{output}' gives {value:0.###}, so its scores are raw. "
                + "Put an edgeinspector.json into the package with \"Anomaly\": { \"Threshold\": …, \"Minimum\": …, \"Maximum\": "
                + "… }; the numbers are in the metadata.json of the Anomalib export.");
    }
}
