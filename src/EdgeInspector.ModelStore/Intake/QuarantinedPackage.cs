using EdgeInspector.Foundation.Files;
using EdgeInspector.ModelStore.Storage;

namespace EdgeInspector.ModelStore.Intake;

/// <summary>A model that was refused and lies in quarantine, as the text beside it says.</summary>
/// <param name="Name">File or folder name in the quarantine, without the time.</param>
/// <param name="At">When the model was refused, local time.</param>
/// <param name="Station">The station for which the model came; null: not said.</param>
/// <param name="Why">Why the model was refused, in a sentence or several.</param>
public sealed record QuarantinedPackage(string Name, DateTime At, string? Station, string Why)
{
    private const int MostBytes = 16 * 1024;
    private const int LongestWhy = 1000;

    /// <summary>
    /// The models that were refused last, newest first. Entries that can't be read are left out, since the list is for information only.
    /// </summary>
    /// <param name="folders">Where the store lies.</param>
    /// <param name="most">So many at most.</param>
    public static IReadOnlyList<QuarantinedPackage> Newest(StoreFolders folders, int most)
    {
        try
        {
            if (!Directory.Exists(folders.Quarantine))
                return [];
            return
            [
                .. new DirectoryInfo(folders.Quarantine).EnumerateFiles("*.txt")
                    .Select(file => (file, At: DatedFolder.TimeOf(file.Name))).Where(one => one.At is not null)
                    .OrderByDescending(one => one.file.Name, StringComparer.Ordinal).Take(most)
                    .Select(one => Read(one.file, one.At!.Value)).OfType<QuarantinedPackage>(),
            ];
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            return [];
        }
    }

    private static QuarantinedPackage? Read(FileInfo file, DateTime at)
    {
        try
        {
            using StreamReader reader = file.OpenText();
            char[] buffer = new char[MostBytes];
            string text = new(buffer, 0, reader.ReadBlock(buffer));
            string name = Path.GetFileNameWithoutExtension(DatedFolder.RestOf(file.Name));
            (string? station, string why) = QuarantineText.Read(text);
            return new QuarantinedPackage(
                name, at, station, why.Length > LongestWhy ? why[..LongestWhy] + "…" : why);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            return null;
        }
    }
}
