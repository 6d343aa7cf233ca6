using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.ModelStore.Trials;

namespace EdgeInspector.ModelStore.Tests.Trials;

public sealed class GoldenImagesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgeinspector-golden-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Pictures_are_found_with_their_verdicts_and_tags_and_hidden_files_are_left_alone()
    {
        foreach (string name in new[] { "pass/b.png", "pass/._b.png", "reject/scratch/a.jpg", "reject/.cache/a.jpg", "review/notes.txt", "other/c.png" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder, name))!);
            File.WriteAllText(Path.Combine(_folder, name), "");
        }
        IReadOnlyList<GoldenImage> images = GoldenImages.Find(_folder, out IReadOnlyList<string> problems);
        Assert.Empty(problems);
        Assert.Equal(
            [("pass/b.png", VerdictKind.Pass, null), ("reject/scratch/a.jpg", VerdictKind.Reject, "scratch")],
            images.Select(image => (image.Name, image.Expected, image.Tag)));
    }

    [Fact]
    public void A_link_that_leads_back_ends_the_search()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making links needs a right that users mostly lack.");
        Directory.CreateDirectory(Path.Combine(_folder, "pass"));
        File.WriteAllText(Path.Combine(_folder, "pass/a.png"), "");
        Directory.CreateSymbolicLink(Path.Combine(_folder, "pass/again"), Path.Combine(_folder, "pass"));
        Assert.Equal("pass/a.png", Assert.Single(GoldenImages.Find(_folder, out _)).Name);
    }

    [Fact]
    public void An_empty_folder_is_a_problem() =>
        Assert.Contains("holds no picture", Assert.Single(Problems(_folder)), StringComparison.Ordinal);

    private static IReadOnlyList<string> Problems(string folder)
    {
        Assert.Empty(GoldenImages.Find(folder, out IReadOnlyList<string> problems));
        return problems;
    }
}
