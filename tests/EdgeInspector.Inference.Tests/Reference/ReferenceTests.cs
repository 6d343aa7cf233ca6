using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.ModelStore.Packages;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.Inference.Tests.Reference;

public sealed class ReferenceTests
{
    public static TheoryData<string> Packages => [.. ReferenceData.Cases.Select(test => test.Package)];

    [Theory]
    [MemberData(nameof(Packages))]
    public void Predictions_agree_with_the_independent_computation(string name)
    {
        ReferenceCase test = ReferenceData.Cases.Single(test => test.Package == name);
        using OnnxGeneration generation = TestModels.Load(
            Path.Combine(ReferenceData.Folder, "packages", name), detector: new DetectorOptions
            {
                SuppressAcrossTags = test.Settings?.SuppressAcrossTags ?? false,
                LogisticCentre = test.Settings?.LogisticCentre ?? true,
            });
        Compare(test, generation, Path.Combine(ReferenceData.Folder, "images"));
    }

    public static TheoryData<string> Trainers => [.. ReferenceData.Trainers.Select(test => test.Package)];

    [Theory]
    [MemberData(nameof(Trainers))]
    public void Packages_of_other_trainers_agree_with_the_independent_computation(string name)
    {
        ReferenceCase test = ReferenceData.Trainers.Single(test => test.Package == name);
        using OnnxGeneration generation = TestModels.Load(TestModels.TrainerPath(name));
        Compare(test, generation, Path.Combine(ReferenceData.Folder, "images"));
    }

    [Fact]
    [SuppressMessage("Security", "CA5350", Justification = "Names the network as the manifest does; nothing is secured by it.")]
    public void The_shipped_models_agree_with_the_independent_computation()
    {
        string folder = Path.Combine(ReferenceData.Folder, "shipped");
        Assert.SkipUnless(Directory.Exists(folder), "There are no expectations for shipped models yet.");
        string[] files = Directory.GetFiles(folder, "*.json");
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            ReferenceCase test = ReferenceData.ReadShipped(file);
            string package = Repository.PathOf(test.Package);
            Assert.Equal(test.ModelSha1, Convert.ToHexString(SHA1.HashData(TestModels.Package(package).Onnx)), ignoreCase: true);
            Assert.All(test.Images, image => Assert.NotNull(image.Input));
            using OnnxGeneration generation = TestModels.Load(package);
            Compare(test, generation, folder);
        }
    }

    [Fact]
    public void A_zip_and_a_folder_with_the_same_files_have_the_same_hash()
    {
        string zip = Path.Combine(ReferenceData.Folder, "packages", "softmax-rgb-units.zip");
        using var folder = new TemporaryFolder();
        System.IO.Compression.ZipFile.ExtractToDirectory(zip, folder.Path);
        File.WriteAllText(folder["LICENSE"], "beside it");
        Assert.Equal(ModelPackageReader.Read(zip).Package!.Hash, ModelPackageReader.Read(folder.Path).Package!.Hash);
    }

    private static void Compare(ReferenceCase test, OnnxGeneration generation, string images)
    {
        using var pool = new FramePool();
        List<Prediction> predictions = [];
        // Twice, since the second round meets reused memory and frames of another size.
        foreach (ReferenceImage image in test.Images.Concat(test.Images))
        {
            Frame frame = TestFrames.FromFile(pool, Path.Combine(images, image.File));
            generation.Predict(frame, predictions);
            frame.Release();
            if (image.Input is { } input)
                ReferenceComparison.AssertAgrees(image.File, input, generation.InputTensor);
            ReferenceComparison.AssertAgrees(image, predictions);
        }
    }
}

internal static class TestModels
{
    public static OnnxGeneration Load(
        string path, InferenceOptions? inference = null, PreprocessingOptions? preprocessing = null, DetectorOptions? detector = null)
    {
        LoadOutcome outcome = TryLoad(path, inference, preprocessing, detector);
        Assert.Empty(outcome.Problems);
        return outcome.Generation!;
    }

    public static LoadOutcome TryLoad(
        string path, InferenceOptions? inference = null, PreprocessingOptions? preprocessing = null, DetectorOptions? detector = null) =>
        GenerationLoader.Load(
            Package(path), inference ?? new InferenceOptions(), preprocessing ?? new PreprocessingOptions(), NullLogger.Instance, detector);

    public static ModelPackage Package(string path)
    {
        ReadOutcome reading = ModelPackageReader.Read(path);
        Assert.Empty(reading.Problems);
        return reading.Package!;
    }

    /// <summary>Where a package of <c>make_trainers.py</c> lies.</summary>
    public static string TrainerPath(string name) => Path.Combine(ReferenceData.Folder, "trainers", name);

    public static ModelPackage Reference(string name) => Package(Path.Combine(ReferenceData.Folder, "packages", name));
}
