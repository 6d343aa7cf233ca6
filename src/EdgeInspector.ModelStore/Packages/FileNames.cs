using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Text;
using EdgeInspector.ModelStore.Storage;

namespace EdgeInspector.ModelStore.Packages;

/// <summary>Which file names a package may use: names that every system can hold, and that have no other meaning in the store.</summary>
internal static class FileNames
{
    private const int Longest = 128;

    /// <summary>Why a name can't be used, as the end of a sentence; null: it can.</summary>
    public static string? Complaint(string name) =>
        name.Length > Longest ? $"has more than {Longest} characters"
        : name.Any(c => "/\\:*?\"<>|".Contains(c, StringComparison.Ordinal)) || PrintableText.Of(name) != name
            ? "has characters that not every system can hold in a file name"
        : name.EndsWith('.') || name.EndsWith(' ') || name is "" or "." or ".." ? "ends with a dot or a blank"
        : DeviceNames.Contains(name) ? "is the name of a device on Windows"
        : name.Equals(PackageStore.Record, StringComparison.OrdinalIgnoreCase)
            || name.StartsWith(StoreDisk.Unfinished, StringComparison.Ordinal) ? "means something else in the store"
        : null;
}
