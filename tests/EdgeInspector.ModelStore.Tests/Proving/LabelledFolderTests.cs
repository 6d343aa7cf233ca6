using EdgeInspector.Inspection.Predictions;
using EdgeInspector.ModelStore.Proving;

namespace EdgeInspector.ModelStore.Tests.Proving;

public sealed class LabelledFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PackageTruth _truth = new(
        new ModelIdentity("m", new string('0', 64), null, ModelKind.Classifier, ["ok", "dent", "scratch"], "cpu"), null);

    public void Dispose() => _folder.Dispose();

    private LabelledFolder Read(int limit = 20) => LabelledFolder.Read(_folder.Path, _truth, limit);

    private void Put(params string[] files)
    {
        foreach (string file in files)
        {
            string path = _folder[file];
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "");
        }
    }

    [Fact]
    public void A_folder_is_a_tag_whatever_its_capitals_and_hidden_files_are_left_alone()
    {
        Put("Dent/a.png", "Dent/more/b.JPG", "Dent/._a.png", "Dent/.hidden/c.png", "Dent/notes.txt", "ok/d.bmp", ".git/e.png", "truth.csv");
        LabelledFolder read = Read();
        Assert.Empty(read.Problems);
        Assert.Empty(read.Notes);
        Assert.Equal(
            ["Dent/a.png: dent", "Dent/more/b.JPG: dent", "ok/d.bmp: ok"],
            read.Pictures.Select(p => $"{p.Name}: {string.Join('+', p.Tags)}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_folders_of_golden_images_are_understood()
    {
        Put("pass/a.png", "reject/dent/b.png", "reject/c.png", "review/d.png");
        LabelledFolder read = Read();
        Assert.Empty(read.Problems);
        Assert.Equal(
            ["pass/a.png: ok", "reject/c.png: dent+scratch", "reject/dent/b.png: dent"],
            read.Pictures.Select(p => $"{p.Name}: {string.Join('+', p.Tags)}").Order(StringComparer.Ordinal));
        Assert.Contains("'review'", Assert.Single(read.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_no_tag_is_refused_with_the_tags_and_an_empty_one_is_left_out()
    {
        Put("dent/a.png", "scratches/b.png", "reports/list.csv", "c.png");
        LabelledFolder read = Read();
        Assert.Contains(
            "'scratches' is called as no tag of the package. Its tags are ok, dent, scratch",
            Assert.Single(read.Problems),
            StringComparison.Ordinal);
        Assert.Contains(read.Notes, note => note.Contains("'reports'", StringComparison.Ordinal));
        Assert.Contains(read.Notes, note => note.StartsWith("1 picture lies directly", StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_without_pictures_or_one_that_is_not_there_is_a_problem()
    {
        Put("dent/notes.txt");
        Assert.Contains("Make one for each tag (ok, dent, scratch)", Assert.Single(Read().Problems), StringComparison.Ordinal);
        Assert.Contains(
            "There is no folder", Assert.Single(LabelledFolder.Read(_folder["none"], _truth, 20).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_large_folder_pictures_from_all_over_are_taken_and_folders_take_turns()
    {
        Put([.. Enumerable.Range(0, 10).Select(i => $"dent/{i}.png"), "ok/a.png", "ok/b.png"]);
        LabelledFolder read = Read(limit: 3);
        Assert.Equal(["dent/0.png", "ok/a.png", "dent/3.png", "ok/b.png", "dent/6.png"], read.Pictures.Select(p => p.Name));
        Assert.Contains("7 left out", Assert.Single(read.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_to_a_folder_above_leads_in_no_circle()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        Put("dent/a.png");
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "dent", "again"), _folder.Path);
        Assert.Equal("dent/a.png", Assert.Single(Read().Pictures).Name);
    }

    [Fact]
    public void A_folder_that_may_not_be_looked_into_is_named_and_the_others_serve()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "The administrator may look into every folder.");
        Put("dent/a.png", "ok/b.png", "ok/locked/c.png", "scratch/d.png");
        string[] locked = [Path.Combine(_folder.Path, "ok", "locked"), _folder["scratch"]];
#pragma warning disable CA1416 // Not on Windows, as said above.
        foreach (string folder in locked)
            File.SetUnixFileMode(folder, UnixFileMode.None);
        try
        {
            LabelledFolder read = Read();
            Assert.Empty(read.Problems);
            Assert.Equal(["dent/a.png", "ok/b.png"], read.Pictures.Select(p => p.Name).Order(StringComparer.Ordinal));
            Assert.Contains("'ok/locked' is left out. The folder may not be looked into; check its permissions.", read.Notes);
            Assert.Contains(read.Notes, note => note.StartsWith("'scratch' is left out.", StringComparison.Ordinal));
        }
        finally
        {
            foreach (string folder in locked)
                File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
#pragma warning restore CA1416
    }
}
