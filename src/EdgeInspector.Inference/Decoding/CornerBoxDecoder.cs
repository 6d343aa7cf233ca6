using EdgeInspector.Inspection.Predictions;
using Microsoft.ML.OnnxRuntime;

namespace EdgeInspector.Inference.Decoding;

/// <summary>
/// Detector General (compact) [S1]: <c>detected_boxes</c> [1,K,4] as left, top, right, bottom (shares), <c>detected_classes</c> [1,K]
/// (int64 or float), <c>detected_scores</c> [1,K]. Overlapping boxes are already suppressed inside the network.
/// </summary>
internal sealed class CornerBoxDecoder(IReadOnlyList<string> tags, DetectorOptions options) : IOutputDecoder
{
    public const string BoxesName = "detected_boxes";
    public const string ClassesName = "detected_classes";
    public const string ScoresName = "detected_scores";

    private readonly OutputFloats _boxes = new(BoxesName);
    private readonly OutputFloats _classes = new(ClassesName);
    private readonly OutputFloats _scores = new(ScoresName);

    public ModelKind Kind => ModelKind.Detector;

    public IReadOnlyList<string> OutputNames { get; } = [BoxesName, ClassesName, ScoresName];

    public bool OutputsKeepTheirShape => false;

    public string Description => "boxes by corners, classes and scores ([S1])";

    public void Decode(IReadOnlyList<OrtValue> outputs, PictureOfRun picture, List<Prediction> predictions) =>
        Decode(_boxes.Read(outputs[0], picture), _classes.Read(outputs[1], picture), _scores.Read(outputs[2], picture), predictions);

    internal void Decode(ReadOnlySpan<float> boxes, ReadOnlySpan<float> classes, ReadOnlySpan<float> scores, List<Prediction> predictions)
    {
        if (boxes.Length != scores.Length * 4 || classes.Length != scores.Length)
        {
            throw new PredictionException(
                $"The model's outputs do not fit together: {boxes.Length} numbers in '{BoxesName}', {classes.Length} in '{ClassesName}', "
                + $"{scores.Length} in '{ScoresName}'.");
        }
        for (int i = 0; i < scores.Length; i++)
        {
            // The score is checked before the class: rows of padding have score 0 and any class.
            if (scores[i] < options.MinimumProbability)
                continue;
            int tag = (int)classes[i];
            if (tag < 0 || tag >= tags.Count)
            {
                throw new PredictionException(
                    $"The model found a thing of class {tag}, but the package names {Count.Of(tags.Count, "tag")}; "
                    + "use the labels.txt of the same export.");
            }
            ReadOnlySpan<float> box = boxes.Slice(i * 4, 4);
            if (new Corners(box[0], box[1], box[2], box[3]).TryClip(out BoundingBox clipped))
                predictions.Add(new Prediction(tags[tag], ProbabilityDecoder.Checked(scores[i], ScoresName), clipped));
        }
    }
}
