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
        string folder = Directory.CreateTempSubdirectory("edgeinspector-tests-").FullName;
        try
        {
            for (int hour = 0; hour < 5; hour++)
                File.WriteAllText(Path.Combine(folder, DatedFolder.Name(Noon.AddHours(hour), "model.zip")), "kept");
            string sparse = Path.Combine(folder, DatedFolder.Name(Noon.AddHours(9), "sparse.zip"));
            File.WriteAllText(sparse + ".txt", "why");
            if (inFolder)
                Directory.CreateDirectory(sparse);
            using (FileStream file = File.Create(inFolder ? Path.Combine(sparse, "model.onnx") : sparse))
                file.SetLength(5L << 40);
            DatedFolder.Trim(folder);
            Assert.Equal(7, Directory.EnumerateFileSystemEntries(folder).Count());
            File.Move(Path.Combine(folder, DatedFolder.Name(Noon, "model.zip")), Path.Combine(folder, DatedFolder.Name(Noon.AddHours(10), "model.zip")));
            DatedFolder.Trim(folder);
            Assert.Equal(
                Enumerable.Range(1, 4).Append(10).Select(hour => DatedFolder.Name(Noon.AddHours(hour), "model.zip"))
                    .Append(Path.GetFileName(sparse) + ".txt").Order(StringComparer.Ordinal),
                Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_oldest_go_when_all_together_are_too_large()
    {
        string folder = Directory.CreateTempSubdirectory("edgeinspector-tests-").FullName;
        try
        {
            for (int hour = 0; hour < 5; hour++)
                File.WriteAllBytes(Path.Combine(folder, DatedFolder.Name(Noon.AddHours(hour), hour.ToString(CultureInfo.InvariantCulture))), new byte[40]);
            DatedFolder.Trim(folder, mostBytes: 100);
            Assert.Equal(["3", "4"], Directory.EnumerateFiles(folder).Select(path => path[^1..]).Order(StringComparer.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
