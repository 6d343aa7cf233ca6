using System.Diagnostics;
using System.Runtime.InteropServices;
using EdgeInspector.Inference;
using EdgeInspector.ModelStore.Conversion;
using EdgeInspector.ModelStore.Packages;
using EdgeInspector.ModelStore.Signatures;
using EdgeInspector.ModelStore.Tests.Packages;
using EdgeInspector.ModelStore.Trials;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Onnx;

namespace EdgeInspector.ModelStore.Tests.Conversion;

public sealed class OldExportTests
{
    public static TheoryData<string> Networks => [.. OldNetwork.Names];

    public static TheoryData<string> Old => [.. OldNetwork.Names.Where(name => name != "onnx12")];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Probabilities_agree_with_the_independent_computation(string name)
    {
        using var network = new OldNetwork(name);
        Dictionary<string, double> saw = OldNetwork.Ask(network.Read().Package!);
        foreach ((string tag, double expected) in network.Expected)
            Assert.Equal(expected, saw[tag], 1e-5);
    }

    [Theory]
    [MemberData(nameof(Old))]
    public void The_package_stays_what_was_brought_and_only_what_runs_is_derived(string name)
    {
        using var network = new OldNetwork(name);
        ReadOutcome reading = network.Read();
        byte[] labels = File.ReadAllBytes(Path.Combine(network.Folder, "labels.txt"));
        Assert.Equal(PackageHash.Compute(labels, null, null, network.Original), reading.Package!.Hash);
        Assert.Equal(network.Original, reading.Files.Single(file => file.Name == "model.onnx").Content);
        Assert.NotEqual(network.Original, reading.Package.Onnx);
        Assert.NotNull(reading.Package.Conversion);
        Assert.Equal(reading.Package.Onnx, network.Read().Package!.Onnx);
        Assert.Null(OldExport.Convert(reading.Package.Onnx, "model.onnx"));
        Assert.Null(OnnxFile.Complaint(reading.Package.Onnx, "model.onnx"));
    }

    [Fact]
    public void A_signature_of_the_original_holds_for_what_runs()
    {
        using var network = new OldNetwork("first-export-2018");
        using var folder = new TemporaryFolder();
        string key = folder["key.pem"], known = folder["key.pub"];
        using (var pair = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256))
        {
            File.WriteAllText(key, pair.ExportPkcs8PrivateKeyPem());
            File.WriteAllText(known, pair.ExportSubjectPublicKeyInfoPem());
        }
        byte[] labels = File.ReadAllBytes(Path.Combine(network.Folder, "labels.txt"));
        File.WriteAllText(
            Path.Combine(network.Folder, "signature"),
            PackageSignature.Sign(PackageHash.Compute(labels, null, null, network.Original), key));
        ReadOutcome reading = network.Read();
        Assert.Null(PackageSignature.Complaint(reading.Package!.Hash, reading.Signature, [known]));
    }

    [Theory]
    [InlineData("first-export-2018")]
    [InlineData("onnx10")]
    public void A_bare_file_without_labels_has_the_tags_of_its_network(string name)
    {
        using var network = new OldNetwork(name);
        File.Delete(Path.Combine(network.Folder, "labels.txt"));
        ReadOutcome reading = ModelPackageReader.Read(Path.Combine(network.Folder, "model.onnx"));
        Assert.Empty(reading.Problems);
        Assert.Equal(network.Expected.Keys, reading.Package!.Labels);
    }

    [Fact]
    public void Networks_of_today_go_through_untouched()
    {
        string[] networks = [.. Directory.EnumerateFiles(AppContext.BaseDirectory, "*.onnx", SearchOption.AllDirectories)
            .Where(file => !file.Contains("Conversion", StringComparison.Ordinal))];
        Assert.NotEmpty(networks);
        Assert.All(networks, file => Assert.Null(OldExport.Convert(File.ReadAllBytes(file), file)));

        using var later = new OldNetwork("onnx12");
        ReadOutcome reading = later.Read();
        Assert.Null(reading.Package!.Conversion);
        Assert.True(
            MemoryMarshal.TryGetArray(reading.Files.Single(file => file.Name == "model.onnx").Content, out ArraySegment<byte> brought));
        Assert.Same(brought.Array, reading.Package.Onnx);
    }

    [Fact]
    public void A_network_of_today_with_an_output_typed_as_one_map_is_mended_there_alone()
    {
        var model = ModelProto.Parser.ParseFrom(OldNetwork.Bytes("onnx12"));
        ValueInfoProto loss = model.Graph.Output.Single(output => output.Name == "loss");
        loss.Type = new TypeProto { MapType = loss.Type.SequenceType.ElemType.MapType };
        using var network = new OldNetwork("onnx12", model.ToByteArray());
        ModelPackage package = network.Read().Package!;
        Assert.Equal("the output 'loss' is a list of maps, one for each picture", package.Conversion);
        foreach ((string tag, double probability) in OldNetwork.Ask(package))
            Assert.Equal(network.Expected[tag], probability, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Old))]
    public void Nodes_may_stand_in_any_order_as_they_do_in_real_files(string name)
    {
        var model = ModelProto.Parser.ParseFrom(OldNetwork.Bytes(name));
        NodeProto[] reversed = [.. model.Graph.Node.Reverse()];
        model.Graph.Node.Clear();
        model.Graph.Node.Add(reversed);
        using var network = new OldNetwork(name, model.ToByteArray());
        foreach ((string tag, double probability) in OldNetwork.Ask(network.Read().Package!))
            Assert.Equal(network.Expected[tag], probability, 1e-5);
    }

    [Theory]
    [InlineData(
        "first-export-2018", "operator set 1 to 7", "LegacyPadding became padding of its MaxPool (2 times)", "FC became Gemm",
        "'loss' is a list of maps", "is_test")]
    [InlineData("onnx10", "operator set 6 to 7", "'loss' is a list of maps", "broadcast")]
    public void The_report_names_the_original_and_what_was_converted(string name, params string[] words)
    {
        using var network = new OldNetwork(name);
        TrialReport report = new Trial(static (_, _) => (null, "none"), NullLogger.Instance).Run(
            new TrialRequest { Package = network.Folder, Inference = new InferenceOptions { Providers = ["cpu"] } },
            TestContext.Current.CancellationToken);
        Assert.Empty(report.Problems);
        Assert.Equal(network.Read().Package!.Hash, report.Hash);
        string note = Assert.Single(report.Notes, note => note.Contains("stay those of the original", StringComparison.Ordinal));
        Assert.All(words, word => Assert.Contains(word, note, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("first-export-2018", 1)]
    [InlineData("onnx10", 2)]
    [InlineData("operator-set-1", 3)]
    [InlineData("operator-set-5", 4)]
    public void Whatever_is_done_to_an_old_file_it_is_converted_or_refused(string name, int seed)
    {
        byte[] original = OldNetwork.Bytes(name);
        var random = new Random(seed);
        var watch = Stopwatch.StartNew();
        int converted = 0;
        for (int round = 0; round < 1500; round++)
        {
            byte[] spoiled = Mutation.Of(original, random);
            if (OnnxFile.Complaint(spoiled, "model.onnx") is not null)
                continue;
            try
            {
                if (OldExport.Convert(spoiled, "model.onnx") is not { } network)
                    continue;
                converted++;
                Assert.Null(OnnxFile.Complaint(network.Onnx, "model.onnx"));
                Assert.InRange(network.Onnx.Length, 1, original.Length * 4);
            }
            catch (PackageRefusedException fault)
            {
                Assert.DoesNotContain("   at ", fault.Message, StringComparison.Ordinal);
            }
        }
        // Weights are most of a file, so a good part of what is spoiled is still a network.
        Assert.InRange(converted, 10, 1500);
        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), $"It took {watch.Elapsed}.");
    }

    [Fact]
    public void What_is_left_of_a_spoiled_file_runs_or_is_refused_by_name()
    {
        byte[] original = OldNetwork.Bytes("first-export-2018");
        var random = new Random(8);
        int ran = 0;
        for (int round = 0; round < 60; round++)
        {
            using var network = new OldNetwork("first-export-2018", Mutation.Of(original, random));
            if (network.Read().Package is not { } package)
                continue;
            LoadOutcome outcome = OldNetwork.Load(package);
            using OnnxGeneration? generation = outcome.Generation;
            Assert.True(generation is not null ^ outcome.Problems.Count > 0);
            ran += generation is null ? 0 : 1;
        }
        Assert.InRange(ran, 1, 60);
    }
}
