using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Inference;
using EdgeInspector.Inference.Recognising;
using EdgeInspector.ModelStore.Conversion;
using EdgeInspector.ModelStore.Signatures;

namespace EdgeInspector.ModelStore.Packages;

/// <summary>
/// Reads a model package as Custom Vision exports it: an unpacked folder, a zip, or an <c>.onnx</c> file, with <c>labels.txt</c> beside it
/// where the network names no tags. Reads into memory, within limits; writes nothing. Whether the network runs is for <see
/// cref="GenerationLoader"/> to find out.
/// </summary>
public static class ModelPackageReader
{
    private const string Labels = "labels.txt";
    private const string Metadata = "metadata_properties.json";
    private const string Signature = "signature";

    /// <summary>Reads and checks a package.</summary>
    /// <param name="path">A folder, a zip or an .onnx file.</param>
    /// <returns>The package, or every problem found.</returns>
    public static PackageReading Read(string path) => Read(path, PackageLimits.Default);

    internal static PackageReading Read(string path, PackageLimits limits)
    {
        List<string> problems = [];
        ModelPackage? package = null;
        List<PackageFile> content = [];
        string? signature = null;
        try
        {
            string full = Path.GetFullPath(path);
            using PackageFiles files = Open(full, limits, out string? onnxName);
            string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(full));
            package = Read(
                files, ZipFiles.Printable(Directory.Exists(full) ? name : Path.GetFileNameWithoutExtension(name)), onnxName, limits,
                problems, content);
            signature = ReadSignature(files, full);
        }
        catch (PackageRefusedException fault)
        {
            problems.Add(fault.Message);
        }
        catch (Exception fault) when (DiskFault.Is(fault) || fault is ArgumentException or NotSupportedException)
        {
            problems.Add($"It cannot be read: {fault.Message.TrimEnd('.')}.");
        }
        return problems.Count == 0
            ? new PackageReading(package, []) { Files = content, Signature = signature }
            : new PackageReading(null, [.. problems.Select(problem => $"Model package '{path}': {problem}")]);
    }

    private static PackageFiles Open(string path, PackageLimits limits, out string? onnxName)
    {
        onnxName = null;
        if (Directory.Exists(path))
            return new FolderFiles(path, limits);
        if (!File.Exists(path))
            throw new PackageRefusedException("There is no such folder or file. Give a folder, a zip, or an .onnx file.");
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".onnx":
                onnxName = Path.GetFileName(path);
                return new FolderFiles(Path.GetDirectoryName(path)!, limits);
            case ".zip":
                return new ZipFiles(path, limits);
            default:
                throw new PackageRefusedException(
                    "It is neither a folder nor a .zip nor an .onnx file. Export the model from Custom Vision as ONNX and give the zip.");
        }
    }

    private static string? ReadSignature(PackageFiles files, string path)
    {
        if (Has(files, Signature))
            return System.Text.Encoding.UTF8.GetString(files.Read(Signature, PackageSignature.MostCharacters));
        var beside = new FileInfo(path + ".sig");
        // A pipe shows no length, and would be waited for for ever.
        return beside is { Exists: true, Length: > 0 and <= PackageSignature.MostCharacters } ? File.ReadAllText(beside.FullName) : null;
    }

    private static ModelPackage? Read(
        PackageFiles files, string name, string? onnxName, PackageLimits limits, List<string> problems, List<PackageFile> content)
    {
        byte[]? manifestBytes = ReadOptional(files, ManifestFile.FileName, limits);
        ManifestFile manifest = manifestBytes is null ? new ManifestFile() : ManifestFile.Parse(manifestBytes);
        // A manifest beside a bare .onnx file may belong to another model.
        if (onnxName is not null && manifestBytes is not null
            && !string.Equals(manifest.ModelFileName, onnxName, StringComparison.OrdinalIgnoreCase))
            (manifestBytes, manifest) = (null, new ManifestFile());
        if (manifest.Platform is { } platform && !platform.Equals("ONNX", StringComparison.OrdinalIgnoreCase))
        {
            problems.Add($"It was exported for the platform {platform}, not for ONNX. Export the iteration again and choose ONNX.");
            return null;
        }

        string? modelName = onnxName ?? FindModel(files, manifest, problems);
        string labelsName = manifest.LabelFileName ?? Labels;
        foreach (string used in new[] { modelName, labelsName, manifest.MetadataPropsFileName }.OfType<string>())
        {
            if (FileNames.Complaint(used) is { } complaint)
                problems.Add($"The file name '{ZipFiles.Printable(used)}' {complaint}. Rename it, or export the package again.");
        }
        // Where nothing speaks for a package, that its network is missing says enough.
        if (modelName is null && manifestBytes is not null && !Has(files, labelsName))
            problems.Add($"It contains no {labelsName} either. {PackageTags.Remedy(labelsName)}");
        if (problems.Count > 0 || modelName is null)
            return null;

        byte[]? labelsBytes = ReadOptional(files, labelsName, limits),
            settingsBytes = ReadOptional(files, PackageSettingsFile.FileName, limits);
        IReadOnlyList<string>? labels = labelsBytes is null ? null : LabelsFile.Parse(labelsBytes, labelsName, limits, problems);
        PackageSettings? settings = settingsBytes is null ? null : PackageSettingsFile.Parse(settingsBytes, problems);
        byte[]? metadataBytes = ReadMetadata(files, manifest, limits, problems);
        Dictionary<string, string> metadata = metadataBytes is null
            ? []
            : JsonText.ReadObject(metadataBytes, manifest.MetadataPropsFileName ?? Metadata);
        byte[] onnx = files.Read(modelName, limits.Model);
        CheckModel(onnx, modelName, manifest, problems);
        if (problems.Count > 0)
            return null;
        // The package is and stays what was brought; only what runs is another.
        ConvertedNetwork? converted = OldExport.Convert(onnx, modelName);
        byte[] runs = converted?.Onnx ?? onnx;
        NetworkFacts network = NetworkReader.Read(runs, limits.Labels, out NetworkTags? named);
        if (PackageTags.Decide(named, settings, labels, labelsName, IsAnomalyDetector(network, settings), limits, problems) is not { } tags)
            return null;
        AddContent(labelsName, labelsBytes);
        AddContent(ManifestFile.FileName, manifestBytes);
        AddContent(manifest.MetadataPropsFileName ?? Metadata, metadataBytes);
        AddContent(PackageSettingsFile.FileName, settingsBytes);
        AddContent(modelName, onnx);
        return new ModelPackage
        {
            Name = name,
            Hash = PackageHash.Compute(labelsBytes, manifestBytes, metadataBytes, onnx, settingsBytes),
            Iteration = manifest.IterationId,
            DomainType = manifest.DomainType,
            Flavor = manifest.Flavor,
            Labels = tags.Tags,
            NetworkLabels = tags.NetworkTags,
            LabelsFrom = tags.From,
            Metadata = metadata,
            Settings = settings,
            Network = network,
            Notes = tags.Note is null ? [] : [tags.Note],
            ModelFileName = modelName,
            Onnx = runs,
            Conversion = converted?.What,
        };

        void AddContent(string file, byte[]? bytes)
        {
            if (bytes is not null)
                content.Add(new PackageFile(file, bytes));
        }
    }

    private static bool IsAnomalyDetector(NetworkFacts network, PackageSettings? settings) =>
        settings?.Layout == OutputLayout.Anomaly || settings?.Anomaly is not null
        || network.OutputOperators.ContainsKey(AnomalibOutputs.Map) || network.OutputOperators.ContainsKey(AnomalibOutputs.Score);

    private static string? FindModel(PackageFiles files, ManifestFile manifest, List<string> problems)
    {
        if (manifest.ModelFileName is { } named)
        {
            if (Has(files, named))
                return named;
            problems.Add($"{ManifestFile.FileName} says that the model is {named}, but there is no such file. Export the package again.");
            return null;
        }
        List<string> found =
        [
            .. files.Names.Where(file => file.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal),
        ];
        if (found.Count == 1)
            return found[0];
        if (found.Find(file => file.Equals("model.onnx", StringComparison.OrdinalIgnoreCase)) is { } usual)
            return usual;
        problems.Add(found.Count == 0
            ? $"It contains no .onnx file{Instead(files)}"
            : $"It contains several .onnx files ({string.Join(", ", found.Take(5))}) and no manifest that says which. "
                + "Keep one, or give the path of the file.");
        return null;
    }

    /// <summary>A guess at what the user picked by mistake, and what to do instead.</summary>
    private static string Instead(PackageFiles files)
    {
        const string Export = "Export the iteration from Custom Vision as ONNX.";
        if (files.Names.FirstOrDefault(name => name.EndsWith(".zip", StringComparison.OrdinalIgnoreCase)) is { } zip)
            return $", but {ZipFiles.Printable(zip)}. Take that out of it and bring it alone.";
        (string Suffix, string What)[] others =
            [
                (".tflite", "TensorFlow Lite"),
                (".pb", "TensorFlow"),
                (".mlmodel", "CoreML"),
                ("Dockerfile", "a Docker container"),
                (".xml", "OpenVINO"),
                (".pt", "PyTorch"),
            ];
        foreach ((string suffix, string what) in others)
        {
            if (files.Names.FirstOrDefault(name => name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)) is { } file)
                return $", but {ZipFiles.Printable(file)}: it looks like an export for {what}. {Export}";
        }
        return files.Folder is { } folder ? $", but the folder {ZipFiles.Printable(folder)}. "
            + $"If the model lies in there, bring that folder itself. {Export}"
            : files.Names.Count == 0 ? $"; it is empty. {Export}" : $". {Export}";
    }

    private static byte[]? ReadMetadata(PackageFiles files, ManifestFile manifest, PackageLimits limits, List<string> problems)
    {
        if (manifest.MetadataPropsFileName is not { } named || Has(files, named))
            return ReadOptional(files, manifest.MetadataPropsFileName ?? Metadata, limits);
        problems.Add($"{ManifestFile.FileName} says that the metadata are in {named}, but there is no such file; "
            + "without it pictures would be prepared wrongly. Export the package again.");
        return null;
    }

    [SuppressMessage(
        "Security", "CA5350", Justification = "The manifest's own check sum against damage; the package's identity is a SHA-256.")]
    private static void CheckModel(byte[] onnx, string modelName, ManifestFile manifest, List<string> problems)
    {
        if (onnx.Length == 0)
            problems.Add($"{modelName} is empty. Copy or export the package again.");
        else if (manifest.ModelFileSha1 is { } expected
            && !expected.Trim().Equals(Convert.ToHexString(SHA1.HashData(onnx)), StringComparison.OrdinalIgnoreCase))
            problems.Add($"{modelName} does not match the check sum (SHA-1) in {ManifestFile.FileName}: it is damaged or was replaced. "
                + "Copy or export the package again.");
        else if (OnnxFile.Complaint(onnx, modelName) is { } complaint)
            problems.Add(complaint);
    }

    private static byte[]? ReadOptional(PackageFiles files, string name, PackageLimits limits) =>
        Has(files, name) ? files.Read(name, limits.Text) : null;

    private static bool Has(PackageFiles files, string name) => files.Names.Contains(name, StringComparer.OrdinalIgnoreCase);
}
