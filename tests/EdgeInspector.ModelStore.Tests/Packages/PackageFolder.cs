using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace EdgeInspector.ModelStore.Tests.Packages;

/// <summary>
/// A package in a temporary folder, complete at first, for a test to spoil. The reader looks only at the network's form,
/// so a tensor of any bytes does.
/// </summary>
internal sealed class PackageFolder : IDisposable
{
    private readonly TemporaryFolder _root = new();

    public PackageFolder()
    {
        Folder = _root["part-classifier"];
        Directory.CreateDirectory(Folder);
        Write("model.onnx", Model);
        Write("labels.txt", "ok\nscratch\ndent");
        Write("cvexport.manifest", Manifest());
        Write("metadata_properties.json", """{"Image.BitmapPixelFormat": "Rgb8", "CustomVision.Preprocess.TargetWidth": "224"}""");
    }

    /// <summary>The least that has the form of an ONNX file: a version, and a graph with one tensor.</summary>
    public static byte[] Model { get; } =
        [0x08, 0x08, 0x3A, 0xBB, 0x17, 0x2A, 0xB8, 0x17, 0x4A, 0xB5, 0x17, .. Enumerable.Range(0, 2997).Select(i => (byte)(i * 7))];

    public string Folder { get; }

    public static string Manifest(string platform = "ONNX", string model = "model.onnx", string? sha1 = null) =>
        $$"""
        {
          "DomainType": "Classification", "Platform": "{{platform}}", "Flavor": null, "ExporterVersion": "2.1",
          "IterationId": "11111111-2222-3333-4444-555555555555",
          "ModelFileName": "{{model}}", "LabelFileName": "labels.txt", "MetadataPropsFileName": "metadata_properties.json",
          "ModelFileSHA1": "{{sha1 ?? Sha1(Model)}}", "SchemaVersion": "1.0"
        }
        """;

    public string File(string name) => Path.Combine(Folder, name);

    public void Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public void Write(string name, byte[] content) => System.IO.File.WriteAllBytes(File(name), content);

    public void Delete(string name) => System.IO.File.Delete(File(name));

    /// <summary>Packs the folder; the prefix goes before each name.</summary>
    public string Zip(string prefix = "")
    {
        string path = _root["part-classifier.zip"];
        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (string file in Directory.GetFiles(Folder))
            archive.CreateEntryFromFile(file, prefix + Path.GetFileName(file));
        return path;
    }

    public string Beside(string name) => _root[name];

    public void Dispose() => _root.Dispose();

#pragma warning disable CA5350 // As the manifest's check sum is.
    private static string Sha1(byte[] content) => Convert.ToHexString(SHA1.HashData(content));
#pragma warning restore CA5350
}
