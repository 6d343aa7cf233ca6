using EdgeInspector.Hosting.References;
using EdgeInspector.Inspection.References;

namespace EdgeInspector.Tests.Hosting.References;

/// <summary>References on disk: one file for each station and type, and a file that can't be used is a sentence.</summary>
public sealed class ReferenceFolderTests : IDisposable
{
    private readonly TemporaryFolder _data = new();
    private readonly ReferenceFolder _folder;

    public ReferenceFolderTests() => _folder = new ReferenceFolder(_data.Path);

    public void Dispose() => _data.Dispose();

    private static Reference Known(string station, string? type = null, int parts = 20) => new()
    {
        Station = station,
        Type = type,
        At = DateTimeOffset.UnixEpoch,
        From = "camera",
        Parts = parts,
        Width = 640,
        Height = 480,
        Brightness = new Spread(0.3, 0.01, 0.28, 0.32),
        Contrast = new Spread(0.2, 0.01, 0.18, 0.22),
        Sharpness = new Spread(7, 0.4, 6, 8),
        X = new Spread(0, 5, -9, 9),
        Y = new Spread(0, 5, -9, 9),
        Turn = new Spread(0, 1, -2, 2),
        Different = new Spread(0, 0, 0, 0),
        Look = [.. Enumerable.Range(0, 48 * 96).Select(i => (float)(i % 200))],
        Deviation = [.. Enumerable.Repeat(2f, 48 * 96)],
    };

    [Theory]
    [InlineData("weld-3", null)]
    [InlineData("weld-3", "A12")]
    [InlineData("Schweißen 3", "Größe @ 1/2")]
    [InlineData("con", "nul")]
    [InlineData("weld-3", "ßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßß")]
    public void What_was_written_is_read_again_by_its_station_and_by_no_other(string station, string? type)
    {
        _folder.Write(Known(station, type, 20));
        _folder.Write(Known(station, type, 30));
        _folder.Write(Known("another", type));
        var problems = new List<string>();
        Reference read = Assert.Single(_folder.Read(station, problems));
        Assert.Equal((type, 30), (read.Type, read.Parts));
        Assert.Empty(problems);
        Assert.Empty(_folder.Read("weld", problems));
        Assert.True(_folder.Remove(station, type));
        Assert.False(_folder.Remove(station, type));
        Assert.Empty(_folder.Read(station, problems));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"version\":1}")]
    public void A_file_that_is_no_reference_is_named_and_the_others_are_read(string content)
    {
        _folder.Write(Known("weld-3", "A12"));
        File.WriteAllText(_folder.PathOf("weld-3", null), content);
        var problems = new List<string>();
        Assert.Equal("A12", Assert.Single(_folder.Read("weld-3", problems)).Type);
        Assert.Contains(_folder.PathOf("weld-3", null), Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_in_place_of_the_file_and_a_file_of_another_station_are_named()
    {
        Directory.CreateDirectory(_folder.PathOf("weld-3", null));
        _folder.Write(Known("weld-4"));
        File.Move(_folder.PathOf("weld-4", null), _folder.PathOf("weld-3", "A12"));
        var problems = new List<string>();
        Assert.Empty(_folder.Read("weld-3", problems));
        Assert.Contains("weld-4", Assert.Single(problems), StringComparison.Ordinal);
    }
}
