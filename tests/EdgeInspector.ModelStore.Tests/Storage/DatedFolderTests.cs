using System.Globalization;
using EdgeInspector.ModelStore.Storage;

namespace EdgeInspector.ModelStore.Tests.Storage;

public sealed class DatedFolderTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_file_with_holes_takes_nobody_s_place_however_long_it_claims_to_be(bool inFolder)
    {
        using var folder = new TemporaryFolder();
        for (int hour = 0; hour < 5; hour++)
            File.WriteAllText(Path.Combine(folder.Path, DatedFolder.Name(Noon.AddHours(hour), "model.zip")), "kept");
        string sparse = Path.Combine(folder.Path, DatedFolder.Name(Noon.AddHours(9), "sparse.zip"));
        File.WriteAllText(sparse + ".txt", "why");
        if (inFolder)
            Directory.CreateDirectory(sparse);
        using (FileStream file = File.Create(inFolder ? Path.Combine(sparse, "model.onnx") : sparse))
            file.SetLength(5L << 40);
        DatedFolder.Trim(folder.Path);
        Assert.Equal(7, Directory.EnumerateFileSystemEntries(folder.Path).Count());
        File.Move(
            Path.Combine(folder.Path, DatedFolder.Name(Noon, "model.zip")),
            Path.Combine(folder.Path, DatedFolder.Name(Noon.AddHours(10), "model.zip")));
        DatedFolder.Trim(folder.Path);
        Assert.Equal(
            Enumerable.Range(1, 4).Append(10).Select(hour => DatedFolder.Name(Noon.AddHours(hour), "model.zip"))
                .Append(Path.GetFileName(sparse) + ".txt").Order(StringComparer.Ordinal),
            Directory.EnumerateFileSystemEntries(folder.Path).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_oldest_go_when_all_together_are_too_large()
    {
        using var folder = new TemporaryFolder();
        for (int hour = 0; hour < 5; hour++)
            File.WriteAllBytes(
                Path.Combine(folder.Path, DatedFolder.Name(Noon.AddHours(hour), hour.ToString(CultureInfo.InvariantCulture))),
                new byte[40]);
        DatedFolder.Trim(folder.Path, mostBytes: 100);
        Assert.Equal(["3", "4"], Directory.EnumerateFiles(folder.Path).Select(path => path[^1..]).Order(StringComparer.Ordinal));
    }
}
