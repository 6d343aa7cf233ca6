using System.Globalization;
using EdgeInspector.Inspection.Predictions;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeInspector.Inference.Decoding;

/// <summary>
/// Classifier of the first exports (Windows ML): <c>loss</c> is a sequence with one map (tag → probability) for each picture;
/// <c>classLabel</c>, the best tag, says nothing more and is not read.
/// </summary>
internal sealed class LossMapDecoder : IOutputDecoder
{
    private readonly string _output;
    private readonly IReadOnlyList<string> _tags;
    private readonly Dictionary<string, int> _indices;
    private readonly OrtValue.MapVisitor _read;
    private readonly float[] _probabilities;

    /// <param name="output">The output's name.</param>
    /// <param name="tags">The tags in class order.</param>
    /// <param name="keys">The same tags as the map spells them.</param>
    public LossMapDecoder(string output, IReadOnlyList<string> tags, IReadOnlyList<string> keys)
    {
        (_output, _tags) = (output, tags);
        _indices = keys.Select((key, index) => (key, index)).ToDictionary(pair => pair.key, pair => pair.index, StringComparer.Ordinal);
        _probabilities = new float[tags.Count];
        _read = Read;
        OutputNames = [output];
    }

    public ModelKind Kind => ModelKind.Classifier;

    public IReadOnlyList<string> OutputNames { get; }

    public bool OutputsKeepTheirShape => false;

    public string Description => $"map of tags to probabilities from '{_output}'";

    public void Decode(IReadOnlyList<OrtValue> outputs, PictureOfRun picture, List<Prediction> predictions)
    {
        if (outputs[0].OnnxType == OnnxValueType.ONNX_TYPE_MAP && picture.Count == 1)
        {
            outputs[0].ProcessMap(_read, OrtAllocator.DefaultInstance);
        }
        else
        {
            if (outputs[0].GetValueCount() != picture.Count)
                throw new PredictionException(
                    $"The model's output '{_output}' has {outputs[0].GetValueCount()} maps for {Count.Of(picture.Count, "picture")}.");
            using OrtValue map = outputs[0].GetValue(picture.Index, OrtAllocator.DefaultInstance);
            map.ProcessMap(_read, OrtAllocator.DefaultInstance);
        }
        for (int i = 0; i < _probabilities.Length; i++)
            predictions.Add(new Prediction(_tags[i], _probabilities[i]));
    }

    private void Read(OrtValue keys, OrtValue values)
    {
        ReadOnlySpan<float> probabilities = values.GetTensorDataAsSpan<float>();
        OutputFloats.RequireFinite(probabilities, _output);
        if (probabilities.Length != _tags.Count)
        {
            throw new PredictionException(
                $"The package names {Count.Of(_tags.Count, "tag")}, but the model gives {probabilities.Length} probabilities; "
                + "use the labels.txt of the same export.");
        }
        if (keys.GetTensorTypeAndShape().ElementDataType == TensorElementType.Int64)
        {
            ReadOnlySpan<long> numbers = keys.GetTensorDataAsSpan<long>();
            for (int i = 0; i < numbers.Length; i++)
                Take(numbers[i].ToString(CultureInfo.InvariantCulture), probabilities[i]);
            return;
        }
        string[] names = keys.GetStringTensorAsArray();
        for (int i = 0; i < names.Length; i++)
            Take(names[i], probabilities[i]);
    }

    private void Take(string key, float probability)
    {
        if (!_indices.TryGetValue(key, out int index))
            throw new PredictionException(
                $"The model knows the tag '{key}', which the package does not name; use the tags of the same export.");
        _probabilities[index] = ProbabilityDecoder.Checked(probability, _output);
    }
}
