namespace EdgeInspector.Inference;

/// <summary>
/// A model package as read from disk: everything needed to load the package, checked for form but not yet for whether it runs.
/// </summary>
public sealed record ModelPackage
{
    /// <summary>Folder or file name without extension; for people.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// 64 lower-case hexadecimal digits: the SHA-256 of the ASCII text made of one line <c>role hash\n</c> for each recognised file that is
    /// present, in the order <c>labels</c>, <c>manifest</c>, <c>metadata</c>, <c>model</c>, <c>settings</c>, where hash is the SHA-256 of
    /// the file's bytes in the same spelling. So a folder and a zip with the same files have the same hash, whatever else (samples,
    /// licence) lies beside them.
    /// </summary>
    public required string Hash { get; init; }

    /// <summary>The trainer's name for the training result, or null.</summary>
    public string? Iteration { get; init; }

    /// <summary>What the manifest says the model is (<c>Classification</c>, <c>ObjectDetection</c>), or null.</summary>
    public string? DomainType { get; init; }

    /// <summary>The flavour of the export, such as <c>OnnxFloat16</c>, or null.</summary>
    public string? Flavor { get; init; }

    /// <summary>The tags; the index is the class index of the model. At least one, no duplicates.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>The same tags in the spelling of the network's own map; null when the network names none.</summary>
    public IReadOnlyList<string>? NetworkLabels { get; init; }

    /// <summary>Where the tags come from, in words: <c>labels.txt</c>, <c>the network's ZipMap</c>, …</summary>
    public string LabelsFrom { get; init; } = "labels.txt";

    /// <summary>What <c>edgeinspector.json</c> says; null when there is none.</summary>
    public PackageSettings? Settings { get; init; }

    /// <summary>What the file says of its network.</summary>
    public NetworkFacts Network { get; init; } = NetworkFacts.Unknown;

    /// <summary>What was noticed while the package was read, a sentence each; no note is a reason to refuse the package.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The content of <c>metadata_properties.json</c>; empty when there is none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>File name of the network, for messages.</summary>
    public string ModelFileName { get; init; } = "model.onnx";

    /// <summary>
    /// The network that runs: an ONNX file. The file is the package's own, or was derived from it in memory; then <see cref="Conversion"/>
    /// tells how, and <see cref="Hash"/> is still that of the package as it came.
    /// </summary>
    public required byte[] Onnx { get; init; }

    /// <summary>
    /// What was changed in a network of an old format so that the network runs, in words but no sentence; null: the network runs as it is.
    /// </summary>
    public string? Conversion { get; init; }
}
