using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EdgeInspector.ModelStore.Packages;
using EdgeInspector.ModelStore.Storage;

namespace EdgeInspector.ModelStore.Tests.Support;

/// <summary>A temporary folder with an empty store, and packages made from the shipped classifier.</summary>
internal sealed class StoreBench : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public StoreBench() => Folders = new StoreFolders(_folder["models"]);

    public string Root => _folder.Path;

    public StoreFolders Folders { get; }

    /// <summary>The shipped classifier, which the build copies beside the tests.</summary>
    public static string Classifier { get; } = Path.Combine(AppContext.BaseDirectory, "models", "part-classifier");

    /// <summary>A copy of the classifier, under a name; with an iteration of its own it is another package.</summary>
    public string Package(string name, Action<string>? spoil = null)
    {
        string folder = Path.Combine(Root, name);
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(Classifier))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        Manifest(folder, manifest => manifest["IterationId"] = new Guid(MD5Of(name)).ToString());
        spoil?.Invoke(folder);
        return folder;
    }

    /// <summary>Changes a package's manifest.</summary>
    public static void Manifest(string folder, Action<JsonObject> change)
    {
        string path = Path.Combine(folder, "cvexport.manifest");
        JsonObject manifest = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(manifest);
        File.WriteAllText(path, manifest.ToJsonString());
    }

    /// <summary>Calls a tag of a package otherwise; gives the package's folder.</summary>
    public static string Rename(string folder, string tag, string to)
    {
        string labels = Path.Combine(folder, "labels.txt");
        File.WriteAllText(labels, File.ReadAllText(labels).Replace(tag, to, StringComparison.Ordinal));
        return folder;
    }

    /// <summary>Puts a package into the store without a trial.</summary>
    public static StoredPackage Add(PackageStore store, string folder, DateTimeOffset? at = null, string? signature = null)
    {
        ReadOutcome reading = ModelPackageReader.Read(folder);
        Assert.Empty(reading.Problems);
        var package = new StoredPackage(
            reading.Package!.Hash, reading.Package.Name, reading.Package.Iteration, at ?? DateTimeOffset.UtcNow, "test", null, null)
        {
            Signature = signature,
        };
        store.Keep(store.Stage(reading.Files), package);
        return package;
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] MD5Of(string text) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text))[..16];
}
