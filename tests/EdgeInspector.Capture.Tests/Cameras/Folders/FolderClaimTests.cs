using EdgeInspector.Capture.Cameras;
using EdgeInspector.Capture.Cameras.Folders;

namespace EdgeInspector.Capture.Tests.Cameras.Folders;

public sealed class FolderClaimTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(AfterRead.Keep, AfterRead.Keep, false)]
    [InlineData(AfterRead.Keep, AfterRead.Delete, true)]
    [InlineData(AfterRead.Delete, AfterRead.Keep, true)]
    [InlineData(AfterRead.Delete, AfterRead.Move, true)]
    public void Who_takes_files_away_learns_of_another_reader_and_the_other_of_it(AfterRead first, AfterRead second, bool isContested)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has such locks.");
        using (Claim(first, out bool isFirstContested))
        {
            Assert.False(isFirstContested);
            using FolderClaim? other = Claim(second, out bool isSecondContested);
            Assert.Equal(isContested, isSecondContested);
        }
        using FolderClaim? later = Claim(second, out bool isLaterContested);
        Assert.False(isLaterContested);
    }

    [Fact]
    public void Those_with_patterns_are_left_to_themselves()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has such locks.");
        using FolderClaim? first = Claim(AfterRead.Delete, out _, "cam1_*");
        using FolderClaim? second = Claim(AfterRead.Delete, out bool isContested, "cam2_*");
        Assert.False(isContested);
        using FolderClaim? all = Claim(AfterRead.Delete, out isContested);
        Assert.True(isContested);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_claimed_later()
    {
        Assert.Null(FolderClaim.Take(
            Path.Combine(_folder.Path, "absent"), new FolderOptions { AfterRead = AfterRead.Delete }, out bool isContested));
        Assert.False(isContested);
    }

    private FolderClaim? Claim(AfterRead afterRead, out bool isContested, string pattern = "*") =>
        FolderClaim.Take(
            _folder.Path, new FolderOptions { Path = _folder.Path, AfterRead = afterRead, Pattern = pattern }, out isContested);
}
