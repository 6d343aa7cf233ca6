using System.Globalization;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.ModelStore.Trials;

namespace EdgeInspector.ModelStore.Intake;

/// <summary>
/// Where refused packages lie, each with a text beside it that an operator understands; also keeps the reports of packages that were taken.
/// </summary>
internal sealed class Quarantine(StoreFolders folders, TimeProvider time)
{
    /// <summary>Puts a refused item into quarantine, with the reasons.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="station">The station for which the item came, if known.</param>
    /// <param name="problems">Why the item was refused.</param>
    /// <param name="report">What the trial of the item found.</param>
    /// <param name="leave">True: the item belongs to somebody else and stays where it is; only the text is written.</param>
    /// <returns>The text file.</returns>
    /// <exception cref="IOException">The item could not be put into quarantine.</exception>
    /// <exception cref="UnauthorizedAccessException">The item could not be put into quarantine.</exception>
    public string Put(string path, string? station, IReadOnlyList<string> problems, TrialReport? report, bool leave)
    {
        Directory.CreateDirectory(folders.Quarantine);
        string target = Free(folders.Quarantine, path);
        File.WriteAllText(target + ".txt", QuarantineText.Write(time.GetLocalNow(), station, leave ? path : null, problems, report));
        if (!leave)
            Move(path, target);
        DatedFolder.Trim(folders.Quarantine, Path.GetFileName(target));
        return target + ".txt";
    }

    /// <summary>Writes the report of a package that was taken.</summary>
    public void Accept(string name, string message, TrialReport report)
    {
        Directory.CreateDirectory(folders.Accepted);
        string target = Free(folders.Accepted, name);
        File.WriteAllText(
            target + ".txt",
            $"Taken on {time.GetLocalNow().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}. {message}\n\n"
            + $"{ReportText.Write(report)}\n");
        DatedFolder.Trim(folders.Accepted, Path.GetFileName(target));
    }

    private string Free(string folder, string path)
    {
        string name = StoreFolders.Safe(Path.GetFileName(Path.TrimEndingDirectorySeparator(path)));
        string target = Path.Combine(folder, DatedFolder.Name(time.GetLocalNow(), name));
        for (int i = 2; File.Exists(target) || Directory.Exists(target) || File.Exists(target + ".txt"); i++)
            target = Path.Combine(folder, DatedFolder.Name(time.GetLocalNow(), $"{i}_{name}"));
        return target;
    }

    private static void Move(string path, string target)
    {
        foreach (string companion in FileStamp.Companions(path).ToList())
            File.Move(companion, $"{target}.{Path.GetFileName(companion)}");
        if (Directory.Exists(path))
        {
            try
            {
                Directory.Move(path, target);
            }
            catch (IOException) when (new DirectoryInfo(path).LinkTarget is null)
            {
                // The item comes from another disk or share.
                CopyFolder(path, target);
                Directory.Delete(path, recursive: true);
            }
            return;
        }
        // A link that leads nowhere counts as no file.
        if (File.Exists(path) || new FileInfo(path).LinkTarget is not null)
            File.Move(path, target);
    }

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (FileInfo file in new DirectoryInfo(from).EnumerateFiles().Where(file => file.LinkTarget is null))
            file.CopyTo(Path.Combine(to, file.Name));
    }
}
