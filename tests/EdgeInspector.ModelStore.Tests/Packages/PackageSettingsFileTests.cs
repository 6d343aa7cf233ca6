using System.Text;
using EdgeInspector.Inference;
using EdgeInspector.ModelStore.Packages;

namespace EdgeInspector.ModelStore.Tests.Packages;

public sealed class PackageSettingsFileTests : IDisposable
{
    private const string Everything = """
        {
          // What the trainer did.
          "$schema": "edgeinspector.schema.json",
          "Labels": ["good", "bad"],
          "Layout": "Classes",
          "Preprocessing": {
            "ColourOrder": "Rgb", "Range": "MinusOneToOne", "Mean": [0.1, 0.2, 0.3], "Std": [2],
            "Crop": "OneCropCenter", "Resize": "ByShorterSide",
            "TargetWidth": 256, "TargetHeight": 257, "CropWidth": 224, "CropHeight": 225, "Interpolation": "Area"
          },
          "Classifier": { "Scores": "Softmax" },
          "Anomaly": { "Threshold": 4.5, "Minimum": 0, "Maximum": 12.25 },
        }
        """;

    private readonly PackageFolder _package = new();

    public void Dispose() => _package.Dispose();

    [Fact]
    public void Each_field_is_read()
    {
        PackageSettings settings = Read(Everything);
        Assert.Equal(["good", "bad"], settings.Labels!);
        Assert.Equal(OutputLayout.Classes, settings.Layout);
        PreprocessingOptions said = settings.Preprocessing;
        Assert.Equal(
            (ColourOrder.Rgb, ValueRange.MinusOneToOne, CropMethod.OneCropCenter, ResizeMethod.ByShorterSide, Interpolation.Area),
            (said.ColourOrder, said.Range, said.Crop, said.Resize, said.Interpolation));
        Assert.Equal((256, 257, 224, 225), (said.TargetWidth, said.TargetHeight, said.CropWidth, said.CropHeight));
        Assert.Equal([0.1f, 0.2f, 0.3f], said.Mean!);
        Assert.Equal([2f], said.Std!);
        Assert.Equal(ScoreKind.Softmax, settings.Classifier.Scores);
        Assert.Equal(new AnomalyOptions { Threshold = 4.5, Minimum = 0, Maximum = 12.25 }, settings.Anomaly);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("\uFEFF{}")]
    [InlineData("{\"labels\": [\"a\"]}")]
    [InlineData("{\"Preprocessing\": {\"resize\": \"letterbox\"}}")]
    [InlineData("/* nothing */ {}")]
    public void Marks_comments_and_either_case_are_read(string text) => Read(text);

    [Theory]
    [InlineData("", "line 1")]
    [InlineData("null", "must contain a JSON object")]
    [InlineData("[]", "line 1")]
    [InlineData("{\n\n  oops }", "line 3")]
    [InlineData("{\"Label\": [\"a\"]}", "'Label'")]
    [InlineData("{\"Preprocessing\": {\"Colour\": \"Rgb\"}}", "'Colour'")]
    [InlineData("{\"Preprocessing\": {\"ColourOrder\": \"Rbg\"}}", "Preprocessing.ColourOrder")]
    [InlineData("{\"Preprocessing\": {\"ColourOrder\": 1}}", "Preprocessing.ColourOrder")]
    [InlineData("{\"Preprocessing\": {\"Resize\": \"Letter\"}}", "Known are Stretch, ByPixelCountAlign32")]
    [InlineData("{\"Classifier\": {\"Scores\": \"Logits\"}}", "Known are Probabilities, Softmax, Sigmoid")]
    [InlineData("{\"Layout\": \"Yolo8\"}", "YoloV8")]
    [InlineData("{\"Preprocessing\": {\"ColorOrder\": \"Rgb\"}}", "Known in Preprocessing are ColourOrder")]
    [InlineData("{\"Tags\": []}", "Known at the top are Labels")]
    [InlineData("{\"Preprocessing\": null}", "Preprocessing")]
    [InlineData("{\"Classifier\": null}", "Classifier")]
    [InlineData("{\"Layout\": \"YoloV9\"}", "Layout")]
    [InlineData("{\"Labels\": \"a\"}", "Labels")]
    [InlineData("{\"Labels\": [1]}", "Labels")]
    [InlineData("{\"Labels\": [\"a\", null]}", "Labels, tag 2, is empty")]
    [InlineData("{\"Labels\": []}", "Labels is empty")]
    [InlineData("{\"Labels\": [\"a\", \"a\"]}", "Labels, tag 2, repeats the tag 'a'")]
    [InlineData("{\"Labels\": [\"a\"], \"Labels\": [\"b\"]}", "a second time")]
    [InlineData("{\"Labels\": [\"a\"], \"labels\": [\"b\"]}", "a second time")]
    [InlineData("{\"Preprocessing\": {\"TargetWidth\": 31}}", "Preprocessing:TargetWidth")]
    [InlineData("{\"Preprocessing\": {\"CropHeight\": 4097}}", "Preprocessing:CropHeight")]
    [InlineData("{\"Preprocessing\": {\"TargetWidth\": 224.5}}", "Preprocessing.TargetWidth")]
    [InlineData("{\"Preprocessing\": {\"Mean\": [1, 2]}}", "Mean must be one finite number, or three")]
    [InlineData("{\"Preprocessing\": {\"Mean\": []}}", "Mean must be one finite number, or three")]
    [InlineData("{\"Preprocessing\": {\"Mean\": [1e999]}}", "Preprocessing")]
    [InlineData("{\"Preprocessing\": {\"Std\": [0]}}", "Std must be one number above 0")]
    [InlineData("{\"Preprocessing\": {\"Std\": [\"1\"]}}", "Preprocessing.Std")]
    [InlineData("{\"Anomaly\": {\"Threshold\": 1, \"Minimum\": 2}}", "lacks 'Maximum' in Anomaly")]
    [InlineData("{\"Anomaly\": {\"Threshold\": 1, \"Minimum\": 2, \"Maximum\": 2}}", "Maximum above Minimum")]
    public void What_is_wrong_is_refused_with_its_place(string text, string words)
    {
        _package.Write("edgeinspector.json", text);
        ReadOutcome reading = ModelPackageReader.Read(_package.Folder);
        if (words.StartsWith("Labels, tag", StringComparison.Ordinal) || words.StartsWith("Labels is", StringComparison.Ordinal))
            Assert.Contains("edgeinspector.json, " + words, Assert.Single(reading.Problems), StringComparison.Ordinal);
        else
            Assert.Contains(reading.Problems, problem => problem.Contains("edgeinspector.json", StringComparison.Ordinal)
                && problem.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void Labels_of_the_settings_take_the_place_of_a_file()
    {
        _package.Write("edgeinspector.json", """{"Labels": ["x", "y"]}""");
        ModelPackage package = Accepted(_package.Folder);
        Assert.Equal(["x", "y"], package.Labels);
        Assert.Equal("edgeinspector.json", package.LabelsFrom);
        _package.Delete("labels.txt");
        Assert.Equal(["x", "y"], Accepted(_package.Folder).Labels);
    }

    [Fact]
    public void Its_bytes_count_for_the_hash_and_a_package_without_it_keeps_its_own()
    {
        string without = Accepted(_package.Folder).Hash;
        _package.Write("edgeinspector.json", "{}");
        string with = Accepted(_package.Folder).Hash;
        _package.Write("edgeinspector.json", "{ }");
        Assert.Equal(3, new[] { without, with, Accepted(_package.Folder).Hash }.Distinct().Count());
        _package.Delete("edgeinspector.json");
        Assert.Equal(without, Accepted(_package.Folder).Hash);
        Assert.Equal(
            PackageHash.Compute(
                "ok\nscratch\ndent"u8.ToArray(),
                File.ReadAllBytes(_package.File("cvexport.manifest")),
                File.ReadAllBytes(_package.File("metadata_properties.json")),
                PackageFolder.Model),
            without);
    }

    [Fact]
    public void It_travels_in_a_zip_and_out_of_what_was_read_again()
    {
        _package.Write("EdgeInspector.JSON", Everything);
        ModelPackage folder = Accepted(_package.Folder);
        ReadOutcome zip = ModelPackageReader.Read(_package.Zip());
        Assert.Equal(folder.Hash, zip.Package!.Hash);
        string copy = _package.Beside("copy");
        Directory.CreateDirectory(copy);
        foreach (PackageFile file in zip.Files)
            File.WriteAllBytes(Path.Combine(copy, file.Name), file.Content.Span);
        ModelPackage again = Accepted(copy);
        Assert.Equal(folder.Hash, again.Hash);
        Assert.Equal(folder.Settings!.Preprocessing.CropWidth, again.Settings!.Preprocessing.CropWidth);
    }

    [Fact]
    public void Whatever_is_done_to_it_it_is_read_or_refused_in_time()
    {
        byte[] original = Encoding.UTF8.GetBytes(Everything);
        var random = new Random(9);
        int read = 0;
        long start = TimeProvider.System.GetTimestamp();
        for (int i = 0; i < 20_000; i++)
        {
            List<string> problems = [];
            PackageSettings? settings = PackageSettingsFile.Parse(Mutation.Of(original, random), problems);
            Assert.True(settings is not null || problems.Count > 0);
            read += problems.Count == 0 ? 1 : 0;
        }
        Assert.InRange(read, 100, 19_999);
        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(60));
    }

    private PackageSettings Read(string text)
    {
        _package.Write("edgeinspector.json", text);
        return Accepted(_package.Folder).Settings!;
    }

    private static ModelPackage Accepted(string path)
    {
        ReadOutcome reading = ModelPackageReader.Read(path);
        Assert.Empty(reading.Problems);
        return reading.Package!;
    }
}
