using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using EdgeInspector.Inference.Optimised;
using EdgeInspector.Inference.Tests.Reference;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.Inference.Tests.Optimised;

public sealed class OptimisedNetworksTests : IDisposable
{
    private const string ChildFolder = "EDGEINSPECTOR_TEST_OPTIMISED";

    private static readonly string[] ManyPictures =
    [
        .. Directory.GetFiles(Path.Combine(ReferenceData.Folder, "images"), "*.png"),
        .. Directory.GetFiles(Path.Combine(ReferenceData.Folder, "shipped"), "*.png"),
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly RecordingLog _log = new();

    private OptimisedNetworks Kept => new(_folder["optimised"], _log);

    public static TheoryData<string> Packages =>
    [
        .. Directory.GetFileSystemEntries(Path.Combine(ReferenceData.Folder, "packages"))
            .Select(Path.GetFileName)
            .OfType<string>()
            .Order(StringComparer.Ordinal),
        "part-classifier", "part-detector",
    ];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_kept_network_gives_exactly_what_the_package_gives(string name)
    {
        ModelPackage package = Named(name);
        (string Description, List<Prediction> Predictions) expected = Results(package, null, ManyPictures);
        Assert.NotEmpty(expected.Predictions);
        Assert.Equal(expected, Results(package, Kept, ManyPictures), SameResults);
        Assert.True(IsKept(package));
        Assert.Equal(expected, Results(package, Kept, ManyPictures), SameResults);
        Assert.Empty(_log.Lines);
        Assert.Single(Files());
    }

    [Fact]
    public void What_is_kept_is_what_runs()
    {
        ModelPackage package = Named("softmax-no-metadata"), other = Named("softmax-mean-std");
        (string, List<Prediction>) expected = Results(package with { Onnx = other.Onnx }, Kept);
        Assert.NotEqual(expected, Results(package, null), SameResults);
        Keep(package, OptimisedFile.Read(FileOf(package), Key(package with { Onnx = other.Onnx }), long.MaxValue, out _)!);
        Assert.Equal(expected, Results(package, Kept), SameResults);
        Assert.Empty(_log.Lines);
    }

    [Theory]
    [InlineData("onnxruntime ", "onnxruntime 0.")]
    [InlineData("provider cpu", "provider gpu")]
    [InlineData("processor ", "processor other-")]
    [InlineData("optimisations all", "optimisations few")]
    [InlineData("format 1", "format 2")]
    public void One_made_by_another_version_or_for_another_processor_is_made_anew(string part, string instead) =>
        IsMadeAnew("by another version", file => Encoding.Latin1.GetBytes(ReplaceFirst(Encoding.Latin1.GetString(file), part, instead)));

    [Fact]
    public void One_of_another_network_under_this_name_is_made_anew()
    {
        ModelPackage other = Named("softmax-mean-std");
        Keep(other, other.Onnx);
        byte[] foreign = File.ReadAllBytes(FileOf(other));
        File.Delete(FileOf(other));
        IsMadeAnew("of another network", _ => foreign);
    }

    [Fact]
    public void One_with_a_flipped_bit_anywhere_is_made_anew()
    {
        ModelPackage package = Named("softmax-no-metadata");
        _ = Results(package, Kept);
        long length = new FileInfo(FileOf(package)).Length;
        foreach (long at in (long[])[0, 60, 200, 400, 520, length / 2, length - 1])
            IsMadeAnew("", file => [.. file[..(int)at], (byte)(file[at] ^ 4), .. file[(int)(at + 1)..]]);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.01)]
    [InlineData(0.5)]
    [InlineData(0.999)]
    public void A_truncated_one_is_made_anew(double share) => IsMadeAnew("", file => file[..(int)(file.Length * share)]);

    [Fact]
    public void One_with_something_behind_it_is_made_anew() => IsMadeAnew("damaged", file => [.. file, 0]);

    [Fact]
    public void One_that_the_engine_does_not_take_is_made_anew()
    {
        ModelPackage package = Named("softmax-no-metadata");
        Keep(package, package.Onnx[..100]);
        Assert.Equal(Results(package, null), Results(package, Kept), SameResults);
        Assert.Single(_log.Lines);
        Assert.True(IsKept(package));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_done_without()
    {
        ModelPackage package = Named("softmax-no-metadata");
        // A file where the folder should be: also root can't write there.
        File.WriteAllText(_folder["optimised"], "");
        Assert.Equal(Results(package, null), Results(package, Kept), SameResults);
        Assert.Contains("can't be kept", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_that_is_refused_leaves_nothing_behind()
    {
        ModelPackage package = Named("softmax-no-metadata");
        LoadOutcome outcome = TryLoad(package with { Onnx = package.Onnx[..100] }, Kept);
        Assert.Null(outcome.Generation);
        Assert.Contains("cannot be loaded", Assert.Single(outcome.Problems), StringComparison.Ordinal);
        Assert.Empty(Files());
    }

    [Fact]
    public void The_number_of_kept_networks_is_limited_and_the_oldest_go()
    {
        ModelPackage package = Named("softmax-no-metadata");
        for (int i = 0; i < 40; i++)
        {
            ModelPackage next = package with { Hash = i.ToString("x64", null) };
            _ = Results(next, Kept);
            File.SetLastWriteTimeUtc(FileOf(next), new DateTime(2026, 1, 1, 0, 0, i, DateTimeKind.Utc));
        }
        Assert.Equal(32, Files().Length);
        Assert.False(IsKept(package with { Hash = 7.ToString("x64", null) }));
        Assert.True(IsKept(package with { Hash = 8.ToString("x64", null) }));
    }

    [Fact]
    public void Two_processes_at_once_both_get_their_network()
    {
        ModelPackage package = Named("part-classifier");
        Process[] children = [.. Enumerable.Range(0, 2).Select(_ => StartChild())];
        foreach (Process child in children)
        {
            string said = child.StandardOutput.ReadToEnd();
            Assert.True(child.WaitForExit(Eventually.Patience), said);
            Assert.True(child.ExitCode == 0, said);
            child.Dispose();
        }
        Assert.Single(Files());
        Assert.True(IsKept(package));
    }

    /// <summary>What each of the two does: load, and now and then delete, so that the other meets every moment of it.</summary>
    [Fact(Explicit = true)]
    public void One_of_two_processes()
    {
        string folder = Environment.GetEnvironmentVariable(ChildFolder) ?? _folder["optimised"];
        ModelPackage package = Named("part-classifier");
        var kept = new OptimisedNetworks(folder, _log);
        (string, List<Prediction>) expected = Results(package, null);
        for (int i = 0; i < 30; i++)
        {
            if (i % 4 == 3 && i < 28)
                File.Delete(Path.Combine(folder, Path.GetFileName(FileOf(package))));
            Assert.Equal(expected, Results(package, kept), SameResults);
        }
        Assert.Empty(_log.Lines);
    }

    private Process StartChild()
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [typeof(OptimisedNetworksTests).Assembly.Location, "-explicit", "only", "-method", $"*.{nameof(One_of_two_processes)}"])
        {
            RedirectStandardOutput = true,
        };
        start.Environment[ChildFolder] = _folder["optimised"];
        return Process.Start(start)!;
    }

    private void IsMadeAnew(string why, Func<byte[], byte[]> change)
    {
        ModelPackage package = Named("softmax-no-metadata");
        (string, List<Prediction>) expected = Results(package, Kept);
        int before = _log.Lines.Count;
        byte[] file = File.ReadAllBytes(FileOf(package)), changed = change(file);
        Assert.NotEqual(file, changed);
        File.WriteAllBytes(FileOf(package), changed);
        Assert.Equal(expected, Results(package, Kept), SameResults);
        string line = Assert.Single(_log.Lines.Skip(before));
        Assert.Contains("is made anew", line, StringComparison.Ordinal);
        Assert.Contains(why, line, StringComparison.Ordinal);
        Assert.True(IsKept(package));
        Assert.Single(Files());
    }

    private void Keep(ModelPackage package, byte[] network)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FileOf(package))!);
        OptimisedFile.Write(FileOf(package), Key(package), network);
    }

    private bool IsKept(ModelPackage package) => OptimisedFile.Read(FileOf(package), Key(package), long.MaxValue, out _) is not null;

    private string FileOf(ModelPackage package) => Path.Combine(_folder.Path, "optimised", package.Hash + ".optimised");

    private string[] Files() => Directory.Exists(_folder["optimised"]) ? Directory.GetFiles(_folder["optimised"]) : [];

    private static string Key(ModelPackage package) => OptimisedKey.For(package.Hash, Convert.ToHexString(SHA256.HashData(package.Onnx)));

    private static string ReplaceFirst(string text, string part, string instead)
    {
        int at = text.IndexOf(part, StringComparison.Ordinal);
        return $"{text[..at]}{instead}{text[(at + part.Length)..]}";
    }

    private static ModelPackage Named(string name) => name.StartsWith("part-", StringComparison.Ordinal)
        ? TestModels.Package(Repository.PathOf("models", name))
        : TestModels.Reference(name);

    // In a way in which no other test runs models, so that no session is shared with one.
    private static LoadOutcome TryLoad(ModelPackage package, OptimisedNetworks? optimised) => GenerationLoader.Load(
        package,
        new InferenceOptions { Threads = 1, Spinning = true, WarmUpRuns = 1 },
        new PreprocessingOptions(),
        NullLogger.Instance,
        optimised: optimised);

    /// <summary>What was recognised in the package, and all predictions on a few pictures.</summary>
    private static (string Description, List<Prediction> Predictions) Results(
        ModelPackage package, OptimisedNetworks? optimised, params string[] pictures)
    {
        LoadOutcome outcome = TryLoad(package, optimised);
        Assert.Empty(outcome.Problems);
        using OnnxGeneration generation = outcome.Generation!;
        using var pool = new FramePool();
        List<Prediction> all = [], some = [];
        foreach (string picture in pictures is [] ? [Path.Combine(ReferenceData.Folder, "images", "small.png")] : pictures)
        {
            Frame frame = TestFrames.FromFile(pool, picture);
            generation.Predict(frame, some);
            frame.Release();
            all.AddRange(some);
        }
        return (generation.Description.ToString(), all);
    }

    private static bool SameResults(
        (string Description, List<Prediction> Predictions) one, (string Description, List<Prediction> Predictions) other) =>
        one.Predictions.SequenceEqual(other.Predictions) && one.Description == other.Description;
}
