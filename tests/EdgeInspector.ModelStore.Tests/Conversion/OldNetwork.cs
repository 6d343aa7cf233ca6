using System.Text.Json;
using EdgeInspector.Inference;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.ModelStore.Packages;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.ModelStore.Tests.Conversion;

/// <summary>
/// The networks that make_old_exports.py writes, each as a package in a temporary folder, and what its computation gives for its picture.
/// </summary>
internal sealed class OldNetwork : IDisposable
{
    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "Conversion");

    private readonly TemporaryFolder _folder = new();

    public OldNetwork(string name, byte[]? onnx = null)
    {
        Original = onnx ?? Bytes(name);
        Expected = Expectations()[name];
        Folder = _folder[name];
        Directory.CreateDirectory(Folder);
        File.WriteAllBytes(Path.Combine(Folder, "model.onnx"), Original);
        File.WriteAllText(Path.Combine(Folder, "labels.txt"), string.Join('\n', Expected.Keys));
    }

    public static IEnumerable<string> Names => Expectations().Keys;

    public string Folder { get; }

    public byte[] Original { get; }

    /// <summary>Probability by tag, in the order of the outputs.</summary>
    public IReadOnlyDictionary<string, double> Expected { get; }

    public static byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(Root, "networks", name + ".onnx"));

    public ReadOutcome Read() => ModelPackageReader.Read(Folder);

    /// <summary>Loads the package and asks it about the picture; nothing is resized, since the picture has the input's size.</summary>
    public static Dictionary<string, double> Ask(ModelPackage package)
    {
        LoadOutcome outcome = Load(package);
        using OnnxGeneration generation = outcome.Generation ?? throw new InvalidOperationException(string.Join(' ', outcome.Problems));
        int size = int.Parse(generation.Description.Input.Split(',', ']')[2], System.Globalization.CultureInfo.InvariantCulture);
        using var pool = new FramePool(1);
        Frame frame = pool.Rent(size, size);
        try
        {
            for (int i = 0; i < size * size * 3; i++)
                frame.Writable[i] = (byte)((31 * i) + (7 * (i / 97)));
            List<Prediction> predictions = [];
            generation.Predict(frame, predictions);
            return predictions.ToDictionary(prediction => prediction.TagName, prediction => (double)prediction.Probability);
        }
        finally
        {
            frame.Release();
        }
    }

    public static LoadOutcome Load(ModelPackage package) =>
        GenerationLoader.Load(
            package, new InferenceOptions { Providers = ["cpu"], WarmUpRuns = 1 }, new PreprocessingOptions(), NullLogger.Instance);

    public void Dispose() => _folder.Dispose();

    private static Dictionary<string, Dictionary<string, double>> Expectations() =>
        JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, double>>>(File.ReadAllText(Path.Combine(Root, "expected.json")))!;
}
