using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Foundation.Tests.Files;

public sealed class FreeBytesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgeinspector-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_lacks_room_where_a_file_can_be_made_and_too_few_bytes_are_left()
    {
        Assert.True(FreeBytes.LackOn(_folder, long.MaxValue));
        Assert.False(FreeBytes.LackOn(_folder, 1));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void Where_no_file_can_be_made_there_is_no_lack_of_room_although_no_byte_is_free()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux has such a place for sure.");
        Assert.Equal(0, FreeBytes.On("/proc"));
        Assert.False(FreeBytes.LackOn("/proc", 1 << 20));
    }
}
