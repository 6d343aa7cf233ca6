using EdgeInspector.Foundation.Files;

namespace EdgeInspector.ModelStore.Storage;

/// <summary>Every operation that changes the store on disk. A file or folder appears only whole, and then outlives a power cut.</summary>
/// <remarks>One class, so that a test can kill the process at each step.</remarks>
internal class StoreDisk
{
    /// <summary>
    /// The beginning of the names of unfinished files and folders, which are never read, and which <see cref="PackageStore.Clean"/>
    /// removes.
    /// </summary>
    public const string Unfinished = ".new-";

    /// <summary>Writes a file; replaces one that is there.</summary>
    public void Write(string path, ReadOnlySpan<byte> content)
    {
        string name = Path.GetFileName(path), sibling = Path.Combine(Path.GetDirectoryName(path)!, $"{Unfinished}{Guid.NewGuid():N}");
        Step($"create {name}");
        using (var file = new AtomicFile(path, Durability.PowerCut, sibling))
        {
            file.Content.Write(content);
            Step($"flush {name}");
            file.Seal();
            Step($"rename to {name}");
            file.Commit();
        }
        Step($"written {name}");
    }

    public void CreateFolder(string path)
    {
        Step($"create folder {Path.GetFileName(path)}");
        Directory.CreateDirectory(path);
    }

    /// <summary>Renames a file (over one that is there) or a folder, within one disk.</summary>
    public void Move(string from, string to)
    {
        Step($"rename to {Path.GetFileName(to)}");
        if (Directory.Exists(from))
            Directory.Move(from, to);
        else
            File.Move(from, to, overwrite: true);
    }

    /// <summary>Deletes a file or a folder with everything in it; a missing one is no fault.</summary>
    public void Delete(string path)
    {
        Step($"delete {Path.GetFileName(path)}");
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
    }

    /// <summary>Called before each operation, with the operation's name.</summary>
    protected virtual void Step(string what)
    {
    }
}
