using System.Text.Json;
using OpenCvSharp;

namespace EdgeInspector.SimulatedLine.Tests;

public sealed class DataSetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_data_set_has_a_folder_for_each_tag_and_valid_coco_boxes()
    {
        List<int> progress = [];
        new DataSet(new DataSetOptions { Count = 12, Seed = 8 }).Write(
            _folder.Path, new Callback(progress.Add), TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(1, 12), progress);
        using JsonDocument coco = JsonDocument.Parse(File.ReadAllBytes(_folder["annotations.json"]));
        JsonElement[] images = [.. coco.RootElement.GetProperty("images").EnumerateArray()];
        JsonElement[] annotations = [.. coco.RootElement.GetProperty("annotations").EnumerateArray()];
        Dictionary<int, string> categories = coco.RootElement.GetProperty("categories").EnumerateArray()
            .ToDictionary(c => c.GetProperty("id").GetInt32(), c => c.GetProperty("name").GetString()!);
        Assert.Equal(PartTags.Defects, categories.OrderBy(c => c.Key).Select(c => c.Value));
        Assert.Equal(12, images.Select(i => i.GetProperty("id").GetInt32()).Distinct().Count());
        Assert.Equal(annotations.Length, annotations.Select(a => a.GetProperty("id").GetInt32()).Distinct().Count());
        foreach (JsonElement image in images)
        {
            string file = image.GetProperty("file_name").GetString()!;
            string tag = file.Split('/')[0];
            using Mat picture = Cv2.ImRead(_folder[file]);
            Assert.Equal(new Size(1280, 960), picture.Size());
            Assert.Equal(tag, PartLine.PartOf(Path.GetFileNameWithoutExtension(file))!.Tag);
            JsonElement[] own = [.. annotations.Where(a => a.GetProperty("image_id").GetInt32() == image.GetProperty("id").GetInt32())];
            Assert.Equal(tag == PartTags.Ok, own.Length == 0);
            Assert.All(own, a =>
            {
                Assert.Equal(tag, categories[a.GetProperty("category_id").GetInt32()]);
                double[] box = [.. a.GetProperty("bbox").EnumerateArray().Select(v => v.GetDouble())];
                Assert.True(
                    box[0] >= 0 && box[1] >= 0 && box[2] > 0 && box[3] > 0 && box[0] + box[2] <= 1280.01 && box[1] + box[3] <= 960.01);
                double[] outline = [.. a.GetProperty("segmentation")[0].EnumerateArray().Select(v => v.GetDouble())];
                Assert.True(outline.Length >= 6 && outline.Length % 2 == 0);
                for (int i = 0; i < outline.Length; i += 2)
                {
                    Assert.InRange(outline[i], box[0] - 0.1, box[0] + box[2] + 0.1);
                    Assert.InRange(outline[i + 1], box[1] - 0.1, box[1] + box[3] + 0.1);
                }
            });
        }
        Assert.Equal(13, File.ReadAllLines(_folder["truth.csv"]).Length);
    }

    [Fact]
    public void Tags_have_their_share()
    {
        Dictionary<string, int> counts = new DataSet(new DataSetOptions { Count = 303, Seed = 8, ShareOk = 0.2 }).Parts()
            .GroupBy(p => p.Tag).ToDictionary(g => g.Key, g => g.Count());

        Assert.Equal(61, counts[PartTags.Ok]);
        Assert.All(PartTags.Defects, tag => Assert.InRange(counts[tag], 60, 61));
        Assert.Equal(303, counts.Values.Sum());
    }

    [Fact]
    public void Png_pictures_are_the_rendered_bytes()
    {
        new DataSet(new DataSetOptions { Count = 1, Seed = 8, ShareOk = 1, Format = DataSetFormat.Png }).Write(
            _folder.Path, stop: TestContext.Current.CancellationToken);
        string file = Assert.Single(Directory.GetFiles(_folder["ok"], "*.png"));
        using Mat stored = Cv2.ImRead(file);
        using PartRenderer renderer = new();
        using Mat drawn = new();
        renderer.Render(PartLine.PartOf(Path.GetFileNameWithoutExtension(file))!, drawn);

        Assert.Equal(0, Cv2.Norm(stored, drawn, NormTypes.INF));
    }

    [Fact]
    public void Parts_are_drawn_in_the_pixels_of_the_size_asked_for_with_the_truth_in_them()
    {
        var options = new DataSetOptions
        {
            Count = 4,
            Seed = 9,
            ShareOk = 0.25,
            Sensor = new SensorSize(1920, 1200),
            Defects = [PartTags.Scratch],
            ScratchWidth = 1,
            Format = DataSetFormat.Png,
        };
        new DataSet(options).Write(_folder.Path, stop: TestContext.Current.CancellationToken);

        Assert.Single(Directory.GetFiles(_folder["ok"]));
        Assert.Equal(3, Directory.GetFiles(_folder["scratch"]).Length);
        using JsonDocument coco = JsonDocument.Parse(File.ReadAllBytes(_folder["annotations.json"]));
        Assert.All(coco.RootElement.GetProperty("images").EnumerateArray(), image =>
        {
            Assert.Equal((1920, 1200), (image.GetProperty("width").GetInt32(), image.GetProperty("height").GetInt32()));
            using Mat picture = Cv2.ImRead(_folder[image.GetProperty("file_name").GetString()!]);
            Assert.Equal(new Size(1920, 1200), picture.Size());
        });
        // The part fills the picture as it fills 1280 × 960, so its scratches are larger in pixels than there.
        Assert.All(coco.RootElement.GetProperty("annotations").EnumerateArray(), a =>
            Assert.InRange(a.GetProperty("bbox")[0].GetDouble(), 1920 / 2 - 1.25 * 410, 1920 / 2 + 1.25 * 410));
    }

    [Fact]
    public void Work_that_is_stopped_leaves_whole_pictures_and_no_lists()
    {
        using CancellationTokenSource stop = new();
        DataSet set = new(new DataSetOptions { Count = 50, Seed = 8 });

        Assert.Throws<OperationCanceledException>(
            () => set.Write(_folder.Path, new Callback(n => { if (n == 3) stop.Cancel(); }), stop.Token));

        string[] files = Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories);
        Assert.Equal(3, files.Length);
        Assert.All(files, f => Assert.EndsWith(".jpg", f, StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_that_holds_a_data_set_is_not_written_over()
    {
        File.WriteAllText(_folder["annotations.json"], "{}");

        IOException refused = Assert.Throws<IOException>(() =>
            new DataSet(new DataSetOptions { Count = 1 }).Write(_folder.Path, stop: TestContext.Current.CancellationToken));

        Assert.Contains(_folder.Path, refused.Message, StringComparison.Ordinal);
    }

    private sealed class Callback(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
