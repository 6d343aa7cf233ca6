using System.Numerics.Tensors;
using EdgeInspector.Inspection.Predictions;
using Microsoft.ML.OnnxRuntime;

namespace EdgeInspector.Inference.Decoding;

/// <summary>
/// Classifier with one tensor <c>[N,classes]</c> of probabilities or logits in the order of the tags; or <c>[N,1]</c> for two tags, the
/// probability of the second.
/// </summary>
/// <param name="output">The output's name.</param>
/// <param name="tags">The tags in class order.</param>
/// <param name="scores">What the numbers are.</param>
internal sealed class ProbabilityDecoder(string output, IReadOnlyList<string> tags, ScoreKind scores = ScoreKind.Probabilities)
    : IOutputDecoder
{
    /// <summary>Rounding errors of float16 that are forgiven beyond 0..1.</summary>
    private const float Tolerance = 2e-3f;

    private readonly OutputFloats _floats = new(output);
    private readonly float[] _probabilities = new float[tags.Count];

    public ModelKind Kind => ModelKind.Classifier;

    public IReadOnlyList<string> OutputNames { get; } = [output];

    public bool OutputsKeepTheirShape => true;

    /// <summary>What the numbers are.</summary>
    public ScoreKind Scores => scores;

    public string Description => scores switch
    {
        ScoreKind.Softmax => $"softmax of the numbers from '{output}'",
        ScoreKind.Sigmoid => $"logistic function of the numbers from '{output}'",
        _ => $"probabilities in the order of the tags from '{output}'",
    };

    public void Decode(IReadOnlyList<OrtValue> outputs, PictureOfRun picture, List<Prediction> predictions) =>
        Decode(_floats.Read(outputs[0], picture), predictions);

    internal void Decode(ReadOnlySpan<float> values, List<Prediction> predictions)
    {
        Span<float> probabilities = _probabilities.AsSpan();
        if (values.Length == 1 && tags.Count == 2)
        {
            float second = scores == ScoreKind.Probabilities ? Checked(values[0], output) : Logistic.Of(values[0]);
            (probabilities[0], probabilities[1]) = (1 - second, second);
        }
        else if (values.Length == tags.Count)
        {
            ToProbabilities(values, probabilities);
        }
        else
        {
            throw new PredictionException(
                $"The package names {Count.Of(tags.Count, "tag")}, but the model gives {Count.Of(values.Length, "number")}; "
                + "use the tags of the same export.");
        }
        for (int i = 0; i < probabilities.Length; i++)
            predictions.Add(new Prediction(tags[i], probabilities[i]));
    }

    private void ToProbabilities(ReadOnlySpan<float> values, Span<float> probabilities)
    {
        switch (scores)
        {
            case ScoreKind.Softmax:
                Softmax(values, probabilities);
                break;
            case ScoreKind.Sigmoid:
                TensorPrimitives.Sigmoid(values, probabilities);
                break;
            default:
                for (int i = 0; i < values.Length; i++)
                    probabilities[i] = Checked(values[i], output);
                break;
        }
    }

    /// <summary>Takes the differences from the largest value, so that no number is too large for the exponential function.</summary>
    private static void Softmax(ReadOnlySpan<float> values, Span<float> probabilities)
    {
        TensorPrimitives.Subtract(values, TensorPrimitives.Max(values), probabilities);
        TensorPrimitives.SoftMax(probabilities, probabilities);
    }

    /// <summary>Forgives rounding beyond 0..1 and refuses everything else, for then the values are no probabilities.</summary>
    internal static float Checked(float value, string output) => value is >= -Tolerance and <= 1 + Tolerance
        ? Math.Clamp(value, 0, 1)
        : throw new PredictionException(
            $"The model's output '{output}' gives {value:0.###}, which is no probability. "
            + "If the model ends without softmax or sigmoid, set Classifier:Scores of the "
            + "station, or of an edgeinspector.json in the package, to Softmax (one tag is right) or Sigmoid (several may be).");
}

/// <summary>Numbers with their noun, for messages.</summary>
internal static class Count
{
    public static string Of(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";
}
