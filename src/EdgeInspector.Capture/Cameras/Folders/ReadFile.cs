using System.Globalization;
using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Capture.Cameras.Folders;

/// <summary>What happens to a file after it was inspected: the file stays, is deleted, or is moved.</summary>
/// <param name="options">The folder.</param>
/// <param name="time">The clock; its time makes another name for a moved file whose name is taken.</param>
internal sealed class ReadFile(FolderOptions options, TimeProvider time)
{
    /// <summary>Deals with one file. A file that has changed since it was read stays, because it is another picture.</summary>
    /// <param name="file">The state of the file after it was read.</param>
    /// <param name="problem">Why the file is still there, in a sentence; null when it was dealt with.</param>
    /// <returns>True when the file is no longer in the folder.</returns>
    public bool TakeAway(FileState file, out string? problem)
    {
        problem = null;
        if (options.AfterRead == AfterRead.Keep || FileState.Of(options.Path, file.Name) != file)
            return false;
        string path = Path.Combine(options.Path, file.Name);
        try
        {
            if (options.AfterRead == AfterRead.Delete)
                File.Delete(path);
            else
                Move(path, file.Name);
            return true;
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            problem = $"'{file.Name}' was inspected, "
                + $"but could not be {(options.AfterRead == AfterRead.Delete ? "deleted" : $"moved to {options.MoveTo}")} "
                + $"(Folder:AfterRead): {fault.Message} It stays where it is and is not inspected again. "
                + "Give the agent's user the right to delete there, or set Folder:AfterRead to Keep.";
            return false;
        }
    }

    private void Move(string path, string name)
    {
        Directory.CreateDirectory(options.MoveTo!);
        string target = Path.Combine(options.MoveTo!, name);
        if (File.Exists(target))
        {
            string stamp = time.GetUtcNow().ToString("yyyyMMdd-HHmmss-fffffff", CultureInfo.InvariantCulture);
            target = Path.Combine(options.MoveTo!, $"{Path.GetFileNameWithoutExtension(name)}-{stamp}{Path.GetExtension(name)}");
        }
        File.Move(path, target);
    }
}
