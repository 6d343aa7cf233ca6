using System.Runtime.InteropServices;
using EdgeInspector.Inference.Providers;
using EdgeInspector.Inference.Tests.Reference;
using Microsoft.ML.OnnxRuntime;

namespace EdgeInspector.Inference.Tests.Providers;

public sealed class ProviderTests
{
    private static readonly string Package = Path.Combine(ReferenceData.Folder, "packages", "softmax-no-metadata");

    [Fact]
    public void A_provider_that_cannot_be_had_is_noted_and_the_next_one_is_used()
    {
        SkipWhereCudaMayWork();
        LoadOutcome outcome = TestModels.TryLoad(Package, new InferenceOptions { Providers = ["cuda", "cpu"] });
        using OnnxGeneration generation = outcome.Generation!;
        Assert.Equal("cpu", generation.Model.Provider);
        Assert.Contains(outcome.Notes, note => note.Contains("cuda cannot be had", StringComparison.Ordinal));
    }

    [Fact]
    public void The_flavour_for_a_graphics_card_falls_back_where_there_is_none_and_says_what_is_missing()
    {
        SkipWhereCudaMayWork();
        Assert.SkipUnless(
            OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider"),
            "This build has no CUDA; one has by -p:Accelerator=cuda.");
        foreach (string provider in new[] { "cuda", "tensorrt" })
        {
            LoadOutcome outcome = TestModels.TryLoad(Package, new InferenceOptions { Providers = [provider, "cpu"] });
            using OnnxGeneration generation = outcome.Generation!;
            Assert.Equal("cpu", generation.Model.Provider);
            Assert.Contains(outcome.Notes, note => note.Contains($"{provider} cannot be had", StringComparison.Ordinal)
                && note.Contains(".so", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_required_provider_that_cannot_be_had_is_refused()
    {
        SkipWhereCudaMayWork();
        LoadOutcome outcome = TestModels.TryLoad(Package, new InferenceOptions { Providers = ["cuda", "cpu"], Required = true });
        Assert.Null(outcome.Generation);
        Assert.Contains("Required is true", Assert.Single(outcome.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_provider_is_refused_with_the_names_that_are_known()
    {
        LoadOutcome outcome = TestModels.TryLoad(Package, new InferenceOptions { Providers = ["gpu", "cpu"] });
        string problem = Assert.Single(outcome.Problems);
        Assert.Contains("'gpu'", problem, StringComparison.Ordinal);
        Assert.Contains("cpu, cuda, tensorrt, directml, openvino", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_provider_library_that_is_missing_or_is_none_is_noted()
    {
        string noLibrary = Path.Combine(Path.GetTempPath(), $"edgeinspector-{Guid.NewGuid():N}.so");
        File.WriteAllText(noLibrary, "no library");
        try
        {
            LoadOutcome outcome = TestModels.TryLoad(Package, new InferenceOptions { Providers = ["./does/not/exist.so", noLibrary] });
            using OnnxGeneration generation = outcome.Generation!;
            Assert.Equal("cpu", generation.Model.Provider);
            Assert.Contains("there is no file", outcome.Notes[0], StringComparison.Ordinal);
            Assert.Contains(noLibrary, outcome.Notes[1], StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(noLibrary);
        }
    }

    [Fact]
    public void The_session_tells_which_provider_ran_its_nodes()
    {
        ModelPackage package = TestModels.Package(Package);
        using SessionOptions options = ProviderSetup.Create("cpu", new InferenceOptions(), out string ortName);
        string profile = NodeAssignment.Begin(options);
        using var session = new InferenceSession(package.Onnx, options);
        using var run = new RunOptions();
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(new float[3 * 64 * 64], [1, 3, 64, 64]);
        session.Run(run, ["data"], [input], ["model_output"]).Dispose();
        NodeAssignment nodes = NodeAssignment.End(session, out _)!;
        Assert.True(nodes.Count(ortName) > 2, nodes.ToString());
        Assert.Equal(nodes.Total, nodes.Count(ortName));
        Assert.Equal(0, nodes.Count("CUDAExecutionProvider"));
        Assert.NotEmpty(Profiles(profile));
        NodeAssignment.Discard(profile);
        Assert.Empty(Profiles(profile));
    }

    [Fact]
    public void The_profile_of_a_session_that_could_not_be_made_is_discarded()
    {
        using SessionOptions options = ProviderSetup.Create("cpu", new InferenceOptions(), out _);
        string profile = NodeAssignment.Begin(options);
        Assert.ThrowsAny<OnnxRuntimeException>(() => new InferenceSession(new byte[100], options));
        NodeAssignment.Discard(profile);
        Assert.Empty(Profiles(profile));
    }

    [Fact]
    public void A_profile_that_is_gone_is_a_problem_and_no_crash()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There a file in use cannot be deleted.");
        ModelPackage package = TestModels.Package(Package);
        using SessionOptions options = ProviderSetup.Create("cpu", new InferenceOptions(), out _);
        string profile = NodeAssignment.Begin(options);
        using var session = new InferenceSession(package.Onnx, options);
        NodeAssignment.Discard(profile);
        Assert.Null(NodeAssignment.End(session, out string problem));
        Assert.NotEqual("", problem);
    }

    private static string[] Profiles(string prefix) => Directory.GetFiles(Path.GetDirectoryName(prefix)!, Path.GetFileName(prefix) + "*");

    /// <summary>A build with CUDA, on a machine with a driver for a card, may really use it.</summary>
    private static void SkipWhereCudaMayWork()
    {
        bool hasDriver = NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out _);
        Assert.SkipWhen(
            hasDriver && OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider"),
            "This build has CUDA, and this machine a driver for it.");
    }
}
