using EdgeInspector.Foundation.Files;
using EdgeInspector.Inference;
using EdgeInspector.ModelStore.Signatures;

namespace EdgeInspector.ModelStore.Packages;

/// <summary>
/// Reads a model package as Custom Vision exports it: an unpacked folder, a zip, or an <c>.onnx</c> file, with <c>labels.txt</c> beside it
/// where the network names no tags. Reads into memory, within limits; writes nothing. Whether the network runs is for <see
/// cref="GenerationLoader"/> to find out.
/// </summary>
public static class ModelPackageReader
{
    private const string Signature = "signature";

    /// <summary>Reads and checks a package.</summary>
    /// <param name="path">A folder, a zip or an .onnx file.</param>
    /// <returns>The package, or every problem found.</returns>
    public static ReadOutcome Read(string path) => Read(path, PackageLimits.Default);

    internal static ReadOutcome Read(string path, PackageLimits limits)
    {
        List<string> problems = [];
        ReadOutcome? outcome = null;
        string? signature = null;
        try
        {
            string full = Path.GetFullPath(path);
            using PackageFiles files = Open(full, limits, out string? onnxName);
            string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(full));
            string shown = ZipFiles.Printable(Directory.Exists(full) ? name : Path.GetFileNameWithoutExtension(name));
            outcome = new PackageReading(files, limits, problems).Read(shown, onnxName);
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
        return outcome is not null && problems.Count == 0
            ? outcome with { Signature = signature }
            : new ReadOutcome(null, [.. problems.Select(problem => $"Model package '{path}': {problem}")]);
    }

    private static PackageFiles Open(string path, PackageLimits limits, out string? onnxName)
    {
        onnxName = null;
        if (Directory.Exists(path))
            return new PackageFolderFiles(path, limits);
        if (!File.Exists(path))
            throw new PackageRefusedException("There is no such folder or file. Give a folder, a zip, or an .onnx file.");
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".onnx":
                onnxName = Path.GetFileName(path);
                return new PackageFolderFiles(Path.GetDirectoryName(path)!, limits);
            case ".zip":
                return new ZipFiles(path, limits);
            default:
                throw new PackageRefusedException(
                    "It is neither a folder nor a .zip nor an .onnx file. Export the model from Custom Vision as ONNX and give the zip.");
        }
    }

    private static string? ReadSignature(PackageFiles files, string path)
    {
        if (files.Has(Signature))
            return System.Text.Encoding.UTF8.GetString(files.Read(Signature, PackageSignature.MostCharacters));
        var beside = new FileInfo(path + ".sig");
        // A pipe shows no length, and reading it would wait for ever.
        return beside is { Exists: true, Length: > 0 and <= PackageSignature.MostCharacters } ? File.ReadAllText(beside.FullName) : null;
    }
}
