using EdgeInspector.Capture;
using EdgeInspector.Capture.Cameras;
using EdgeInspector.Doctor;
using EdgeInspector.Settings;

namespace EdgeInspector.Tests.Doctor;

/// <summary>Two stations on one folder, of which one takes the files away, are told before the line runs.</summary>
public sealed class SharedFoldersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(AfterRead.Delete, AfterRead.Delete, "both take their files away")]
    [InlineData(AfterRead.Move, AfterRead.Delete, "both take their files away")]
    [InlineData(AfterRead.Keep, AfterRead.Delete, "s2 takes their files away")]
    [InlineData(AfterRead.Move, AfterRead.Keep, "s1 takes their files away")]
    [InlineData(AfterRead.Keep, AfterRead.Keep, null)]
    public void The_same_folder_is_a_fault_unless_both_leave_the_files(AfterRead first, AfterRead second, string? words)
    {
        string path = Directory.CreateDirectory(_folder["in"]).FullName;
        List<Finding> found = Look((path, first, "*"), (path, second, "*"));
        Assert.Equal(words is null ? 0 : 1, found.Count);
        if (words is null)
            return;
        Assert.Equal((Severity.Fault, "camera of s1"), (found[0].Severity, found[0].Subject));
        Assert.Contains($"read the same folder, '{path}', and {words}", found[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_spelling_and_a_link_on_the_way_are_the_same_folder()
    {
        string path = Directory.CreateDirectory(_folder["real/in"]).FullName;
        Assert.Single(Look((path, AfterRead.Delete, "*"), (Path.Combine(path, "..", "in") + "/", AfterRead.Delete, "*")));
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        Assert.Single(Look((path, AfterRead.Delete, "*"), (relative, AfterRead.Keep, "*")));
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells.");
        Directory.CreateSymbolicLink(_folder["link"], _folder["real"]);
        Finding found = Assert.Single(Look((path, AfterRead.Delete, "*"), (_folder["link/in"], AfterRead.Delete, "*")));
        Assert.Contains($"'{path}', which is '{_folder["link/in"]}' too", found.Message, StringComparison.Ordinal);
        Directory.CreateSymbolicLink(_folder["pictures"], path);
        Assert.Single(Look((path, AfterRead.Delete, "*"), (_folder["pictures"], AfterRead.Delete, "*")));
    }

    [Fact]
    public void Other_folders_are_none_also_where_they_are_not_there_yet()
    {
        string one = Directory.CreateDirectory(_folder["one"]).FullName, two = Directory.CreateDirectory(_folder["two"]).FullName;
        Assert.Empty(Look((one, AfterRead.Delete, "*"), (two, AfterRead.Delete, "*")));
        Assert.Empty(Look((_folder["absent"], AfterRead.Delete, "*"), (_folder["absent-too"], AfterRead.Delete, "*")));
        Assert.Single(Look((_folder["absent"], AfterRead.Delete, "*"), (_folder["absent/"], AfterRead.Delete, "*")));
    }

    [Theory]
    [InlineData("*", "cam1_*", true)]
    [InlineData("*.*", "cam1_*", true)]
    [InlineData("cam1_*", "CAM1_*", true)]
    [InlineData("cam1_*", "cam2_*", null)]
    [InlineData("cam?_*", "cam2_*", false)]
    [InlineData("*_left.png", "*_right.png", null)]
    [InlineData("weld-*", "*-left.png", false)]
    [InlineData("*.png", "*.jpg", null)]
    [InlineData("a*b*c", "abcc*", false)]
    [InlineData("a?", "a", null)]
    public void Patterns_that_no_file_fits_both_of_part_the_folder(string first, string second, bool? isCertain)
    {
        string path = Directory.CreateDirectory(_folder["in"]).FullName;
        foreach ((string one, string other) in new[] { (first, second), (second, first) })
        {
            List<Finding> found = Look((path, AfterRead.Delete, one), (path, AfterRead.Delete, other));
            Assert.Equal(
                isCertain is null ? null : isCertain.Value ? Severity.Fault : Severity.Warning,
                found.Select(finding => (Severity?)finding.Severity).SingleOrDefault());
        }
    }

    private static List<Finding> Look(params (string Path, AfterRead AfterRead, string Pattern)[] folders) =>
    [
        .. SharedFolders.Check(folders.Select((folder, index) => (Name: $"s{index + 1}", folder)).ToDictionary(
            one => one.Name,
            one => new StationSettings
            {
                Camera = new CameraOptions
                {
                    Folder = new FolderOptions { Path = one.folder.Path, AfterRead = one.folder.AfterRead, Pattern = one.folder.Pattern },
                },
            },
            StringComparer.Ordinal)),
    ];
}
