using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.ModelStore.Trials;

namespace EdgeInspector.ModelStore.Tests.Trials;

public sealed class GoldenImagesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pictures_are_found_with_their_verdicts_and_tags_and_hidden_files_are_left_alone()
    {
        foreach (string name in new[]
        {
            "pass/b.png", "pass/._b.png", "reject/scratch/a.jpg", "reject/.cache/a.jpg", "review/notes.txt", "other/c.png",
        })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
            File.WriteAllText(_folder[name], "");
        }
        IReadOnlyList<GoldenImage> images = GoldenImages.Find(_folder.Path, out IReadOnlyList<string> problems);
        Assert.Empty(problems);
        Assert.Equal(
            [("pass/b.png", VerdictKind.Pass, null), ("reject/scratch/a.jpg", VerdictKind.Reject, "scratch")],
            images.Select(image => (image.Name, image.Expected, image.Tag)));
    }

    [Fact]
    public void A_link_that_leads_back_ends_the_search()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making links needs a right that users mostly lack.");
        Directory.CreateDirectory(_folder["pass"]);
        File.WriteAllText(_folder["pass/a.png"], "");
        Directory.CreateSymbolicLink(_folder["pass/again"], _folder["pass"]);
        Assert.Equal("pass/a.png", Assert.Single(GoldenImages.Find(_folder.Path, out _)).Name);
    }

    [Fact]
    public void An_empty_folder_is_a_problem() =>
        Assert.Contains("holds no picture", Assert.Single(Problems(_folder.Path)), StringComparison.Ordinal);

    private static IReadOnlyList<string> Problems(string folder)
    {
        Assert.Empty(GoldenImages.Find(folder, out IReadOnlyList<string> problems));
        return problems;
    }
}
