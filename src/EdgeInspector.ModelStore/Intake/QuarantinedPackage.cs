using System.Text.RegularExpressions;
using EdgeInspector.Foundation.Files;
using EdgeInspector.ModelStore.Storage;

namespace EdgeInspector.ModelStore.Intake;

/// <summary>A model that was refused and lies in quarantine, as the text beside it says.</summary>
/// <param name="Name">File or folder name in the quarantine, without the time.</param>
/// <param name="At">When it was refused, local time.</param>
/// <param name="Station">For which station it came; null: not said.</param>
/// <param name="Why">Why, in a sentence or several.</param>
public sealed partial record QuarantinedPackage(string Name, DateTime At, string? Station, string Why)
{
    private const int MostBytes = 16 * 1024;
    private const int LongestWhy = 1000;

    /// <summary>Those refused last, newest first. What can't be read is left out: it is only told.</summary>
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
            Match station = ForStation().Match(text);
            string why = string.Join(' ', Reasons().Matches(text).Select(reason => reason.Groups[1].Value));
            return new QuarantinedPackage(
                name, at, station.Success ? station.Groups[1].Value : null, why.Length > LongestWhy ? why[..LongestWhy] + "…" : why);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            return null;
        }
    }

    // As Quarantine writes them.
    [GeneratedRegex(@"\AThis model was refused on [0-9 :-]+ for station (.+)\. The model that ran before goes on\.")]
    private static partial Regex ForStation();

    [GeneratedRegex(@"^- (.+)$", RegexOptions.Multiline)]
    private static partial Regex Reasons();
}
