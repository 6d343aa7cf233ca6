using System.Text;
using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Foundation.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Notes => _folder["notes.json"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Durability.ProcessEnd)]
    [InlineData(Durability.PowerCut)]
    public void The_new_content_stands_in_the_place_of_the_old_and_nothing_is_left_beside_it(Durability durability)
    {
        AtomicFile.Write(Notes, "long and old"u8, durability);
        AtomicFile.Write(Notes, "new"u8, durability);
        Assert.Equal(("new", 1), (Content, Directory.GetFileSystemEntries(_folder.Path).Length));
    }

    [Fact]
    public void Until_it_is_whole_the_old_content_stands()
    {
        AtomicFile.Write(Notes, "old"u8, Durability.PowerCut);
        using (var file = new AtomicFile(Notes, Durability.PowerCut))
        {
            file.Content.Write("ne"u8);
            Assert.Equal("old", Content);
            file.Content.Write("w"u8);
            file.Seal();
            Assert.Equal("old", Content);
            file.Commit();
        }
        Assert.Equal("new", Content);
    }

    [Fact]
    public void What_was_not_finished_leaves_nothing()
    {
        using (var file = new AtomicFile(Notes, Durability.PowerCut))
            file.Content.Write("half"u8);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void What_a_killed_process_left_beside_it_is_written_over()
    {
        File.WriteAllText(Notes + ".new", "what a process that was killed had written until then");
        AtomicFile.Write(Notes, "new"u8, Durability.PowerCut);
        Assert.Equal(("new", 1), (Content, Directory.GetFileSystemEntries(_folder.Path).Length));
    }

    [Fact]
    public void A_fault_is_told_by_its_own_cause_and_the_old_content_stays()
    {
        AtomicFile.Write(Notes, "old"u8, Durability.PowerCut);
        Directory.CreateDirectory(Notes + ".new");
        Exception fault = Assert.ThrowsAny<Exception>(() => AtomicFile.Write(Notes, "new"u8, Durability.PowerCut));
        Assert.True(DiskFault.Is(fault), fault.ToString());
        Assert.Contains("notes.json.new", fault.Message, StringComparison.Ordinal);
        Assert.Equal("old", Content);
    }

    [Fact]
    public void Two_that_write_at_once_under_names_of_their_own_do_not_mix()
    {
        using (var one = new AtomicFile(Notes, Durability.ProcessEnd, Notes + ".one"))
        using (var other = new AtomicFile(Notes, Durability.ProcessEnd, Notes + ".other"))
        {
            one.Content.Write("one"u8);
            other.Content.Write("other"u8);
            one.Commit();
            other.Commit();
        }
        Assert.Equal(("other", 1), (Content, Directory.GetFileSystemEntries(_folder.Path).Length));
    }

    private string Content => Encoding.UTF8.GetString(File.ReadAllBytes(Notes));
}
