using EdgeInspector.Inference;

namespace EdgeInspector.ModelStore.Packages;

/// <summary>The small files of a package beside its network: what they say, and their bytes as they came.</summary>
internal sealed record PackageTexts
{
    /// <summary>The name of the file with the tags where the manifest names no other.</summary>
    public const string UsualLabels = "labels.txt";

    private const string UsualMetadata = "metadata_properties.json";

    private byte[]? ManifestBytes { get; init; }

    private byte[]? LabelsBytes { get; init; }

    private byte[]? SettingsBytes { get; init; }

    private byte[]? MetadataBytes { get; init; }

    /// <summary>What the export says about itself.</summary>
    public required ManifestFile Manifest { get; init; }

    /// <summary>The name of the file with the tags.</summary>
    public required string LabelsName { get; init; }

    /// <summary>The tags in the file; null where there is no such file.</summary>
    public IReadOnlyList<string>? Labels { get; private init; }

    /// <summary>What <c>edgeinspector.json</c> says; null where there is none.</summary>
    public PackageSettings? Settings { get; private init; }

    /// <summary>How pictures are prepared, as the export says; empty where the export says nothing.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; private init; } = new Dictionary<string, string>();

    private string MetadataName => Manifest.MetadataPropsFileName ?? UsualMetadata;

    /// <summary>Reads the files; adds their faults to the problems.</summary>
    /// <param name="files">The files.</param>
    /// <param name="manifest">The manifest and its bytes; null: there is no manifest that belongs to this network.</param>
    /// <param name="labelsName">The name of the file with the tags.</param>
    /// <param name="limits">The limits of the files.</param>
    /// <param name="problems">The list to which problems are added.</param>
    /// <exception cref="PackageRefusedException">One of the files can't be read.</exception>
    public static PackageTexts Read(
        PackageFiles files, (ManifestFile Said, byte[]? Bytes) manifest, string labelsName, PackageLimits limits, List<string> problems)
    {
        byte[]? labels = files.ReadIfThere(labelsName, limits.Text),
            settings = files.ReadIfThere(PackageSettingsFile.FileName, limits.Text);
        var texts = new PackageTexts
        {
            Manifest = manifest.Said,
            ManifestBytes = manifest.Bytes,
            LabelsName = labelsName,
            LabelsBytes = labels,
            Labels = labels is null ? null : LabelsFile.Parse(labels, labelsName, limits, problems),
            SettingsBytes = settings,
            Settings = settings is null ? null : PackageSettingsFile.Parse(settings, problems),
        };
        if (manifest.Said.MetadataPropsFileName is { } named && !files.Has(named))
        {
            problems.Add($"{ManifestFile.FileName} says that the metadata are in {named}, but there is no such file; "
                + "without it pictures would be prepared wrongly. Export the package again.");
            return texts;
        }
        return files.ReadIfThere(texts.MetadataName, limits.Text) is { } metadata
            ? texts with { MetadataBytes = metadata, Metadata = JsonText.ReadObject(metadata, texts.MetadataName) }
            : texts;
    }

    /// <summary>The hash of the package that these files and a network make.</summary>
    public string HashWith(byte[] onnx) => PackageHash.Compute(LabelsBytes, ManifestBytes, MetadataBytes, onnx, SettingsBytes);

    /// <summary>All files of the package that these files and a network make.</summary>
    public IReadOnlyList<PackageFile> FilesWith(string modelName, byte[] onnx)
    {
        (string Name, byte[]? Content)[] all =
        [
            (LabelsName, LabelsBytes),
            (ManifestFile.FileName, ManifestBytes),
            (MetadataName, MetadataBytes),
            (PackageSettingsFile.FileName, SettingsBytes),
            (modelName, onnx),
        ];
        return [.. all.Where(file => file.Content is not null).Select(file => new PackageFile(file.Name, file.Content))];
    }
}
