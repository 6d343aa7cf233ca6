namespace EdgeInspector.ModelStore.Storage;

/// <summary>
/// Every operation that changes the store on disk. Whatever appears, appears whole: a temporary sibling is written, flushed and renamed.
/// </summary>
/// <remarks>One class, so that a test can kill the process at each step.</remarks>
internal class StoreDisk
{
    /// <summary>What unfinished files and folders begin with; they are never read, and removed by <see cref="PackageStore.Clean"/>.</summary>
    public const string Unfinished = ".new-";

    /// <summary>Writes a file, replacing one that is there.</summary>
    public void Write(string path, ReadOnlySpan<byte> content)
    {
        string temporary = Path.Combine(Path.GetDirectoryName(path)!, Unfinished + Guid.NewGuid().ToString("N"));
        try
        {
            Step($"create {Path.GetFileName(path)}");
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                file.Write(content);
                Step($"flush {Path.GetFileName(path)}");
                file.Flush(flushToDisk: true);
            }
            Move(temporary, path);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
        Step($"written {Path.GetFileName(path)}");
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

    /// <summary>Deletes a file or a folder with everything in it; one that is not there is no fault.</summary>
    public void Delete(string path)
    {
        Step($"delete {Path.GetFileName(path)}");
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
    }

    /// <summary>Called before each operation, with what it is.</summary>
    protected virtual void Step(string what)
    {
    }
}
