using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using EdgeInspector.Inference;
using EdgeInspector.Inference.Recognising;
using EdgeInspector.ModelStore.Conversion;

namespace EdgeInspector.ModelStore.Packages;

/// <summary>Makes a package of its files: finds the network, reads the files beside it, and decides on the tags.</summary>
/// <param name="files">The files.</param>
/// <param name="limits">The limits of the files.</param>
/// <param name="problems">Gets everything that is wrong, as far as the files can be checked.</param>
internal sealed class PackageReading(PackageFiles files, PackageLimits limits, List<string> problems)
{
    /// <summary>Reads the package. To be called once.</summary>
    /// <param name="name">The package's name, for people.</param>
    /// <param name="onnxName">The network's file where the user named it; null: the network is to be found.</param>
    /// <returns>The package with its files; null when there are problems.</returns>
    /// <exception cref="PackageRefusedException">A file can't be read, which is one more problem.</exception>
    public ReadOutcome? Read(string name, string? onnxName)
    {
        (ManifestFile manifest, byte[]? manifestBytes) = ReadManifest(onnxName);
        if (manifest.Platform is { } platform && !platform.Equals("ONNX", StringComparison.OrdinalIgnoreCase))
        {
            problems.Add($"It was exported for the platform {platform}, not for ONNX. Export the iteration again and choose ONNX.");
            return null;
        }
        string labelsName = manifest.LabelFileName ?? PackageTexts.UsualLabels;
        string? modelName = onnxName ?? NetworkSearch.Find(files, manifest, problems);
        CheckNames(modelName, labelsName, manifest.MetadataPropsFileName);
        // If there is neither manifest nor network, the missing network is told alone.
        if (modelName is null && manifestBytes is not null && !files.Has(labelsName))
            problems.Add($"It contains no {labelsName} either. {PackageTags.Remedy(labelsName)}");
        if (problems.Count > 0 || modelName is null)
            return null;

        var texts = PackageTexts.Read(files, (manifest, manifestBytes), labelsName, limits, problems);
        byte[] onnx = files.Read(modelName, limits.Model);
        Check(onnx, modelName, manifest);
        return problems.Count > 0 ? null : Assemble(name, modelName, onnx, texts);
    }

    private (ManifestFile Said, byte[]? Bytes) ReadManifest(string? onnxName)
    {
        if (files.ReadIfThere(ManifestFile.FileName, limits.Text) is not { } bytes)
            return (new ManifestFile(), null);
        var manifest = ManifestFile.Parse(bytes);
        // A manifest beside a bare .onnx file may belong to another model.
        return onnxName is null || string.Equals(manifest.ModelFileName, onnxName, StringComparison.OrdinalIgnoreCase)
            ? (manifest, bytes)
            : (new ManifestFile(), null);
    }

    private void CheckNames(params IEnumerable<string?> names)
    {
        foreach (string used in names.OfType<string>())
        {
            if (FileNames.Complaint(used) is { } complaint)
                problems.Add($"The file name '{ZipFiles.Printable(used)}' {complaint}. Rename it, or export the package again.");
        }
    }

    [SuppressMessage(
        "Security", "CA5350", Justification = "The manifest's own check sum against damage; the package's identity is a SHA-256.")]
    private void Check(byte[] onnx, string modelName, ManifestFile manifest)
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

    private ReadOutcome? Assemble(string name, string modelName, byte[] onnx, PackageTexts texts)
    {
        // The package stays as it came; only the network that runs is another one.
        ConvertedNetwork? converted = OldExport.Convert(onnx, modelName);
        byte[] runs = converted?.Onnx ?? onnx;
        NetworkFacts network = NetworkReader.Read(runs, limits.Labels, out NetworkTags? named);
        bool isAnomalyDetector = IsAnomalyDetector(network, texts.Settings);
        if (PackageTags.Decide(named, texts.Settings, texts.Labels, texts.LabelsName, isAnomalyDetector, limits, problems) is not { } tags)
            return null;
        var package = new ModelPackage
        {
            Name = name,
            Hash = texts.HashWith(onnx),
            Iteration = texts.Manifest.IterationId,
            DomainType = texts.Manifest.DomainType,
            Flavor = texts.Manifest.Flavor,
            Labels = tags.Tags,
            NetworkLabels = tags.NetworkTags,
            LabelsFrom = tags.From,
            Metadata = texts.Metadata,
            Settings = texts.Settings,
            Network = network,
            Notes = tags.Note is null ? [] : [tags.Note],
            ModelFileName = modelName,
            Onnx = runs,
            Conversion = converted?.What,
        };
        return new ReadOutcome(package, []) { Files = texts.FilesWith(modelName, onnx) };
    }

    private static bool IsAnomalyDetector(NetworkFacts network, PackageSettings? settings) =>
        settings?.Layout == OutputLayout.Anomaly || settings?.Anomaly is not null
        || network.OutputOperators.ContainsKey(AnomalibOutputs.Map) || network.OutputOperators.ContainsKey(AnomalibOutputs.Score);
}
