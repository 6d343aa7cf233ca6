using EdgeInspector.Inspection.Pictures;

namespace EdgeInspector.Inspection.Tests.Pictures;

public sealed class PictureFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pictures_in_and_below_a_folder_are_found_in_the_order_of_their_paths()
    {
        foreach (string name in new[] { "b.png", "a/2.JPG", "a/1.tiff", "a/notes.txt", "z/deep/1.webp" })
            Put(name);
        Assert.Equal(["a/1.tiff", "a/2.JPG", "b.png", "z/deep/1.webp"], Found());
    }

    [Fact]
    public void Hidden_files_and_folders_are_left_alone()
    {
        foreach (string name in new[] { "a.png", ".a.png", "._a.png", ".thumbnails/a.png", "b/._b.png" })
            Put(name);
        Assert.Equal(["a.png"], Found());
    }

    [Fact]
    public void Links_are_followed_but_lead_in_no_circle_and_nothing_is_found_twice()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making links needs a right that users mostly lack.");
        Put("in/parts/1.png");
        Put("elsewhere/2.png");
        Directory.CreateSymbolicLink(_folder["in/parts/up"], _folder["in"]);
        Directory.CreateSymbolicLink(_folder["in/parts/self"], _folder["in/parts"]);
        Directory.CreateSymbolicLink(_folder["in/there"], _folder["elsewhere"]);
        Directory.CreateSymbolicLink(_folder["in/nowhere"], _folder["missing"]);
        IReadOnlyList<FoundPicture> found = PictureFiles.Below(_folder["in"]);
        Assert.Equal(["1.png", "2.png"], found.Where(picture => picture.Problem is null).Select(picture => Path.GetFileName(picture.Path)));
    }

    [Fact]
    public void A_folder_that_may_not_be_looked_into_is_named_and_the_rest_is_found()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "The administrator may look into every folder.");
        Put("a/1.png");
        Put("locked/2.png");
        Put("z/3.png");
        string locked = _folder["locked"];
#pragma warning disable CA1416 // Not on Windows, as said above.
        File.SetUnixFileMode(locked, UnixFileMode.None);
        try
        {
            IReadOnlyList<FoundPicture> found = PictureFiles.Below(_folder.Path);
            Assert.Equal([_folder["a/1.png"], locked, _folder["z/3.png"]], found.Select(picture => picture.Path));
            Assert.Contains("may not be looked into", found[1].Problem, StringComparison.Ordinal);
        }
        finally
        {
            File.SetUnixFileMode(locked, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
#pragma warning restore CA1416
    }

    private void Put(string name)
    {
        string path = _folder[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "");
    }

    private IEnumerable<string> Found() =>
        PictureFiles.Below(_folder.Path).Select(picture => Path.GetRelativePath(_folder.Path, picture.Path).Replace('\\', '/'));
}
