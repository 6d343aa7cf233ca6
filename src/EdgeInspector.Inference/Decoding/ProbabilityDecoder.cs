using EdgeInspector.Inspection.Predictions;
using Microsoft.ML.OnnxRuntime;

namespace EdgeInspector.Inference.Decoding;

/// <summary>Classifier with one tensor <c>[1,classes]</c> of probabilities in the order of <c>labels.txt</c> (softmax or independent sigmoids).</summary>
internal sealed class ProbabilityDecoder(string output, IReadOnlyList<string> tags) : IOutputDecoder
{
    /// <summary>Rounding errors of float16 that are forgiven beyond 0..1.</summary>
    private const float Tolerance = 2e-3f;

    private readonly OutputFloats _floats = new(output);

    public ModelKind Kind => ModelKind.Classifier;

    public IReadOnlyList<string> OutputNames { get; } = [output];

    public bool OutputsKeepTheirShape => true;

    public string Description => $"probabilities in the order of labels.txt from '{output}'";

    public void Decode(IReadOnlyList<OrtValue> outputs, PictureOfRun picture, List<Prediction> predictions) =>
        Decode(_floats.Read(outputs[0], picture), predictions);

    internal void Decode(ReadOnlySpan<float> values, List<Prediction> predictions)
    {
        if (values.Length != tags.Count)
        {
            throw new PredictionException(
                $"labels.txt has {Count.Of(tags.Count, "tag")}, but the model gives {values.Length} probabilities; use the labels.txt of the same export.");
        }
        for (int i = 0; i < values.Length; i++)
            predictions.Add(new Prediction(tags[i], Checked(values[i], output)));
    }

    /// <summary>Forgives rounding beyond 0..1 and refuses everything else, for then the values are no probabilities.</summary>
    internal static float Checked(float value, string output) => value is >= -Tolerance and <= 1 + Tolerance
        ? Math.Clamp(value, 0, 1)
        : throw new PredictionException(
            $"The model's output '{output}' gives {value:0.###}, which is no probability; a classifier must end in softmax or sigmoid. Export it as Custom Vision does.");
}

/// <summary>Numbers with their noun, for messages.</summary>
internal static class Count
{
    public static string Of(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";
}
