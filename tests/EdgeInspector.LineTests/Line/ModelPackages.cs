using System.IO.Compression;
using System.Text.Json.Nodes;

namespace EdgeInspector.LineTests.Line;

/// <summary>Packages made from the shipped ones: the same network as another iteration, and spoilt ones.</summary>
internal static class ModelPackages
{
    /// <summary>Copies a package's folder; with an iteration of its own it is another package.</summary>
    public static string Copy(string package, string to, string? iteration = null, Action<string>? spoil = null)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.EnumerateFiles(package))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        if (iteration is not null)
            SetManifest(to, "IterationId", iteration);
        spoil?.Invoke(to);
        return to;
    }

    /// <summary>Changes a field of the manifest; null takes it out.</summary>
    public static void SetManifest(string folder, string field, string? value)
    {
        string path = Path.Combine(folder, "cvexport.manifest");
        JsonObject manifest = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        if (value is null)
            manifest.Remove(field);
        else
            manifest[field] = value;
        File.WriteAllText(path, manifest.ToJsonString());
    }

    /// <summary>Packs a package's folder as Custom Vision does.</summary>
    public static string Zip(string folder, string zip)
    {
        File.Delete(zip);
        ZipFile.CreateFromDirectory(folder, zip, CompressionLevel.Fastest, includeBaseDirectory: false);
        return zip;
    }

    /// <summary>Replaces the files of a package in place, each whole.</summary>
    public static void Overwrite(string folder, string package)
    {
        foreach (string file in Directory.EnumerateFiles(package))
        {
            string to = Path.Combine(folder, Path.GetFileName(file));
            File.Copy(file, to + ".tmp", overwrite: true);
            File.Move(to + ".tmp", to, overwrite: true);
            File.SetLastWriteTimeUtc(to, DateTime.UtcNow);
        }
    }
}
