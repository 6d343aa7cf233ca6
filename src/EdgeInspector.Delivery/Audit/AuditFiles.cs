using System.Globalization;

namespace EdgeInspector.Delivery.Audit;

/// <summary>One file of the log.</summary>
/// <param name="Number">The file's number, from 1 on. The chain has the order of the numbers, since a wall clock may jump.</param>
/// <param name="Day">The day in UTC on which the file was begun, by the wall clock.</param>
/// <param name="Path">Where the file lies.</param>
internal sealed record AuditFile(long Number, DateOnly Day, string Path)
{
    /// <summary>Such as <c>000042_2026-11-29.jsonl</c>.</summary>
    public string Name => System.IO.Path.GetFileName(Path);
}

/// <summary>The folder with the log: one file for each day, more where a day has very many entries.</summary>
internal static class AuditFiles
{
    private const string End = ".jsonl", DayForm = "yyyy-MM-dd";

    /// <summary>Where the log of a data folder lies.</summary>
    public static string FolderOf(string dataFolder) => Path.GetFullPath(Path.Combine(dataFolder, "audit"));

    /// <summary>The path of a new file.</summary>
    public static AuditFile New(string folder, long number, DateOnly day) => new(
        number, day, Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{number:D6}_{day:yyyy-MM-dd}{End}")));

    /// <summary>All files in the order of the chain. Files with other names are passed over.</summary>
    /// <exception cref="IOException">The folder can't be read.</exception>
    public static List<AuditFile> In(string folder) => !Directory.Exists(folder) ? [] :
        [.. Directory.EnumerateFiles(folder, "*" + End).Select(Read).OfType<AuditFile>()
            .OrderBy(file => file.Number).ThenBy(file => file.Name, StringComparer.Ordinal)];

    private static AuditFile? Read(string path)
    {
        string[] parts = Path.GetFileNameWithoutExtension(path).Split('_');
        return parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            && DateOnly.TryParseExact(parts[1], DayForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day)
            ? new AuditFile(number, day, path)
            : null;
    }
}
