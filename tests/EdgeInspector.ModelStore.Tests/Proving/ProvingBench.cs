using System.Text.Json.Nodes;
using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.Inference;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.ModelStore.Packages;
using EdgeInspector.ModelStore.Proving;
using EdgeInspector.ModelStore.Tests.Proving;
using EdgeInspector.ModelStore.Trials;
using EdgeInspector.SimulatedLine;

[assembly: AssemblyFixture(typeof(ProvingBench))]

namespace EdgeInspector.ModelStore.Tests.Proving;

/// <summary>Ten pictures each of good parts and two defects, and packages made from the shipped ones.</summary>
public sealed class ProvingBench : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<string> _pictures;

    public ProvingBench() => _pictures = new Lazy<string>(() =>
    {
        string folder = _folder["parts"];
        new DataSet(new DataSetOptions { Count = 30, Seed = 4711, Defects = [PartTags.Dent, PartTags.MissingComponent] }).Write(folder);
        return folder;
    });

    /// <summary>A folder for each tag.</summary>
    public string Pictures => _pictures.Value;

    public static string Shipped(string name) => Path.Combine(AppContext.BaseDirectory, "models", name);

    /// <summary>
    /// The shipped classifier with a metadata_properties.json that lies about range and order, which its network no longer contradicts.
    /// </summary>
    public string LyingPackage() => Package("lying", network: WithoutProperties, metadata: metadata =>
    {
        metadata["Image.BitmapPixelFormat"] = "Bgr8";
        metadata["Image.NominalPixelRange"] = "NominalRange_0_255";
    });

    /// <summary>The shipped classifier with another value in its metadata_properties.json.</summary>
    public string Changed(string name, string key, string value) => Package(name, onnx => onnx, metadata => metadata[key] = value);

    /// <summary>Proves a package with the pictures.</summary>
    /// <param name="package">The package's folder.</param>
    /// <param name="limit">The most pictures of a tag.</param>
    public Proof Prove(string package, int limit)
    {
        ModelPackage read = ModelPackageReader.Read(package).Package!;
        var request = new TrialRequest { Package = package };
        PackageTruth truth = Prover.TruthOf(read, request, out _)!;
        var labelled = LabelledFolder.Read(Pictures, truth, limit);
        Assert.Empty(labelled.Problems);
        Proof proof = new Prover(Read).Run(read, request, truth, labelled.Pictures, _ => { }, TestContext.Current.CancellationToken);
        Assert.Empty(proof.Problems);
        return proof;
    }

    public static (Frame?, string?) Read(string path, FramePool pool)
    {
        ImageReading reading = ImageFile.Read(path, pool);
        return (reading.Frame, reading.Problem);
    }

    public void Dispose() => _folder.Dispose();

    private string Package(string name, Func<byte[], byte[]> network, Action<JsonObject> metadata)
    {
        string folder = _folder[name];
        if (Directory.Exists(folder))
            return folder;
        Directory.CreateDirectory(folder);
        string from = Shipped("part-classifier");
        foreach (string file in Directory.EnumerateFiles(from))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), network(File.ReadAllBytes(Path.Combine(from, "model.onnx"))));
        Change(Path.Combine(folder, "cvexport.manifest"), manifest => manifest.Remove("ModelFileSHA1"));
        Change(Path.Combine(folder, "metadata_properties.json"), metadata);
        return folder;
    }

    private static void Change(string path, Action<JsonObject> change)
    {
        JsonObject json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(json);
        File.WriteAllText(path, json.ToJsonString());
    }

    /// <summary>An ONNX file without its metadata_props: field 14 of ModelProto (onnx.proto).</summary>
    private static byte[] WithoutProperties(byte[] onnx)
    {
        using var kept = new MemoryStream();
        for (int at = 0; at < onnx.Length;)
        {
            int start = at;
            ulong key = Varint(onnx, ref at), value = Varint(onnx, ref at);
            if ((key & 7) == 2)
                at += (int)value;
            if (key >> 3 != 14)
                kept.Write(onnx, start, at - start);
        }
        return kept.ToArray();
    }

    private static ulong Varint(byte[] bytes, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = bytes[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }
    }
}
