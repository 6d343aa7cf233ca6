namespace EdgeInspector.ModelStore.Packages;

/// <summary>Finds the network among the files of a package.</summary>
internal static class NetworkSearch
{
    /// <summary>The name of the network's file; null with the problem when that file can't be determined.</summary>
    public static string? Find(PackageFiles files, ManifestFile manifest, List<string> problems)
    {
        if (manifest.ModelFileName is { } named)
        {
            if (files.Has(named))
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

    /// <summary>Guesses what the user picked by mistake, and says what to do instead.</summary>
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
}
