using System.IO.Compression;
using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;
using OpenCvSharp;

namespace EdgeInspector.LineTests;

/// <summary>Each mistake gets one clear message, no stack trace, and a code that says that starting again would not help.</summary>
public sealed class BadInputTests : LineTest
{
    private const int Refused = 2;

    private string Copied(string model, Action<string> spoil)
    {
        string copy = Path.Combine(Folder, "model");
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Models, model)))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        spoil(copy);
        return copy;
    }

    private void IsRefused(JsonObject settings, params string[] words) => IsRefused(Run("run", "--settings", Write(settings)), words);

    private static void IsRefused((int ExitCode, ChildProcess Process) run, params string[] words)
    {
        string said = run.Process.Said;
        Assert.Equal(Refused, run.ExitCode);
        Assert.All(words, word => Assert.Contains(word, said, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", said, StringComparison.Ordinal);
    }

    private static JsonObject With(Action<JsonObject> spoil)
    {
        JsonObject settings = Settings(1883);
        spoil(Station(settings));
        return settings;
    }

    [Fact]
    public void A_setting_of_a_wrong_type() => IsRefused(With(s => s["Deadline"] = "soon"), "Stations:s1:Deadline", "soon", "150ms");

    [Fact]
    public void A_setting_that_does_not_exist() =>
        IsRefused(With(s => s["Treshold"] = 0.5), "Stations:s1:Treshold", "did you mean Threshold");

    [Fact]
    public void A_threshold_of_one_and_a_half() =>
        IsRefused(With(s => s["Threshold"] = 1.5), "Stations:s1:Threshold", "1.5", "from 0 to 1");

    [Fact]
    public void A_rule_for_a_tag_that_the_model_does_not_know() =>
        IsRefused(
            With(s => s["Rules"] = new JsonObject { ["scrath"] = new JsonObject { ["Threshold"] = 0.4 } }),
            "Stations:s1:Rules:scrath",
            "dent, misaligned");

    [Fact]
    public void A_model_that_is_not_there() =>
        IsRefused(With(s => s["Model"] = "nowhere"), "Stations:s1:Model", "nowhere", "no such folder or file");

    [Fact]
    public void A_truncated_network()
    {
        string model = Copied("part-classifier", copy =>
        {
            using FileStream file = File.OpenWrite(Path.Combine(copy, "model.onnx"));
            file.SetLength(file.Length / 2);
        });
        IsRefused(With(s => s["Model"] = model), "Stations:s1:Model", "check sum");
        string manifest = Path.Combine(model, "cvexport.manifest");
        JsonObject json = JsonNode.Parse(File.ReadAllText(manifest))!.AsObject();
        json.Remove("ModelFileSHA1");
        File.WriteAllText(manifest, json.ToJsonString());
        IsRefused(With(s => s["Model"] = model), "Stations:s1:Model", "truncated");
    }

    [Fact]
    public void Labels_with_too_few_lines()
    {
        string model = Copied("part-classifier", copy => File.WriteAllText(Path.Combine(copy, "labels.txt"), "ok\nscratch"));
        IsRefused(With(s => s["Model"] = model), "Stations:s1:Model", "names 2 tags (labels.txt)", "5");
    }

    [Fact]
    public void An_export_for_another_platform()
    {
        string zip = Path.Combine(Folder, "export.zip");
        using (ZipArchive archive = ZipFile.Open(zip, ZipArchiveMode.Create))
        {
            Add(
                archive,
                "cvexport.manifest",
                """{"DomainType":"Classification","Platform":"TensorFlow","ModelFileName":"model.pb","LabelFileName":"labels.txt"}""");
            Add(archive, "labels.txt", "a\nb");
            Add(archive, "model.pb", "x");
        }
        IsRefused(With(s => s["Model"] = zip), "Stations:s1:Model", "TensorFlow", "choose ONNX");
    }

    private static void Add(ZipArchive archive, string name, string content)
    {
        using var writer = new StreamWriter(archive.CreateEntry(name).Open());
        writer.Write(content);
    }

    [Fact]
    public void Broken_JSON()
    {
        string path = Path.Combine(Folder, "settings.json");
        File.WriteAllText(path, "{\n  \"Line\": \"a\n}");
        IsRefused(Run("run", "--settings", path), "settings.json", "line 2");
    }

    [Fact]
    public void An_argument_that_nobody_knows() => IsRefused(Run("run", "--frobnicate"), "--frobnicate");

    [Fact]
    public void All_mistakes_of_a_file_are_told_at_once() =>
        IsRefused(With(s =>
        {
            s["Threshold"] = 1.5;
            s["Deadline"] = "soon";
            s["Camera"] = new JsonObject();
        }), "Stations:s1:Threshold", "Stations:s1:Deadline", "Stations:s1:Camera");

    [Fact]
    public void Images_that_can_not_be_read_are_named_and_the_others_inspected()
    {
        string empty = Path.Combine(Folder, "empty.jpg"), huge = Path.Combine(Folder, "huge.png"), good = Path.Combine(Folder, "good.png");
        File.WriteAllBytes(empty, []);
        using (var picture = new Mat(20_000, 20_000, MatType.CV_8UC1, new Scalar(0)))
            Cv2.ImWrite(huge, picture);
        using (var picture = new Mat(480, 640, MatType.CV_8UC3, new Scalar(90, 90, 90)))
            Cv2.ImWrite(good, picture);
        (int code, ChildProcess process) = Run("inspect", empty, huge, good, "--json");
        Assert.Equal(1, code);
        List<JsonNode> lines = [.. process.Output.Select(line => JsonNode.Parse(line)!)];
        Assert.Equal([empty, huge, good], lines.Select(line => (string?)line["image"]));
        Assert.Contains("empty", (string?)lines[0]["error"], StringComparison.Ordinal);
        Assert.Contains("20,000x20,000", (string?)lines[1]["error"], StringComparison.Ordinal);
        Assert.NotNull(lines[2]["verdict"]);
        Assert.DoesNotContain("   at ", process.Said, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_to_inspect() => IsRefused(Run("inspect", "nowhere"), "nowhere");
}
