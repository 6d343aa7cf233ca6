using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Foundation.Tests.Files;

public sealed class FreeBytesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_lacks_room_where_a_file_can_be_made_and_too_few_bytes_are_left()
    {
        Assert.True(FreeBytes.LackOn(_folder.Path, long.MaxValue));
        Assert.False(FreeBytes.LackOn(_folder.Path, 1));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Where_no_file_can_be_made_there_is_no_lack_of_room_although_no_byte_is_free()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux has such a place for sure.");
        Assert.Equal(0, FreeBytes.On("/proc"));
        Assert.False(FreeBytes.LackOn("/proc", 1 << 20));
    }
}
