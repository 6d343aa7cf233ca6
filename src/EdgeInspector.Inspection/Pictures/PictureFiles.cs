using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Inspection.Pictures;

/// <summary>A picture file that was found, or a folder that can't be looked into.</summary>
/// <param name="Path">The file or folder.</param>
/// <param name="Problem">Why the folder can't be looked into, as a sentence; null for a file.</param>
public readonly record struct FoundPicture(string Path, string? Problem);

/// <summary>Finds picture files in and below a folder, by their names.</summary>
public static class PictureFiles
{
    private static readonly HashSet<string> Endings = new(StringComparer.OrdinalIgnoreCase)
    {
        ".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp",
    };

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> EndingsByText =
        Endings.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The endings of names that are read, each with its dot.</summary>
    public static IReadOnlyCollection<string> Known => Endings;

    /// <summary>Whether the name ends like that of a picture that can be read.</summary>
    public static bool HasEnding(ReadOnlySpan<char> path) => EndingsByText.Contains(Path.GetExtension(path));

    /// <summary>
    /// The pictures in and below a folder in ordinal order of their paths. Hidden files and folders are left alone, and so are the
    /// companions <c>._name</c> that macOS writes. Links to folders are followed, but no folder is looked into twice. A folder that can't
    /// be looked into is named in its place, and the other folders are looked into.
    /// </summary>
    /// <param name="folder">The folder; looked into even if it is hidden.</param>
    public static IReadOnlyList<FoundPicture> Below(string folder)
    {
        var found = new List<FoundPicture>();
        Find(new DirectoryInfo(folder), Real(new DirectoryInfo(folder), null), new HashSet<string>(StringComparer.Ordinal), found);
        found.Sort((one, other) => string.CompareOrdinal(one.Path, other.Path));
        return found;
    }

    private static void Find(DirectoryInfo folder, string real, HashSet<string> seen, List<FoundPicture> found)
    {
        if (!seen.Add(real))
            return;
        var folders = new List<DirectoryInfo>();
        try
        {
            foreach (FileSystemInfo entry in folder.EnumerateFileSystemInfos(
                "*", new EnumerationOptions { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false }))
            {
                if (entry.Name.StartsWith('.')
                    || (OperatingSystem.IsWindows() && (entry.Attributes & (FileAttributes.Hidden | FileAttributes.System)) != 0))
                    continue;
                if (entry is DirectoryInfo below)
                    folders.Add(below);
                else if (HasEnding(entry.Name))
                    found.Add(new FoundPicture(Path.Combine(folder.ToString(), entry.Name), null));
            }
        }
        catch (UnauthorizedAccessException)
        {
            found.Add(new FoundPicture(folder.ToString(), "The folder may not be looked into; check its permissions."));
        }
        catch (IOException fault)
        {
            found.Add(new FoundPicture(folder.ToString(), $"The folder can't be looked into: {fault.Message}"));
        }
        foreach (DirectoryInfo below in folders)
            Find(new DirectoryInfo(Path.Combine(folder.ToString(), below.Name)), Real(below, real), seen, found);
    }

    /// <summary>The real path of a folder, by which two ways to the same folder are recognised.</summary>
    private static string Real(DirectoryInfo folder, string? realParent)
    {
        try
        {
            if (folder.ResolveLinkTarget(returnFinalTarget: true) is { } target)
                return Path.TrimEndingDirectorySeparator(Path.GetFullPath(target.FullName));
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            // The link leads in a circle or nowhere: looking into the folder will say so.
        }
        return realParent is null ? Path.TrimEndingDirectorySeparator(folder.FullName) : Path.Combine(realParent, folder.Name);
    }
}
