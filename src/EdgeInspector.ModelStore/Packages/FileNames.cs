using EdgeInspector.ModelStore.Storage;

namespace EdgeInspector.ModelStore.Packages;

/// <summary>Which file names a package may use: those that every system can hold, and that mean nothing else in the store.</summary>
internal static class FileNames
{
    private const int Longest = 128;

    // What Windows takes for devices, whatever follows after a dot.
    private static readonly HashSet<string> Devices = new(
        ["CON", "PRN", "AUX", "NUL", .. Enumerable.Range(1, 9).SelectMany(i => new[] { $"COM{i}", $"LPT{i}" })], StringComparer.OrdinalIgnoreCase);

    /// <summary>Why a name can't be used, as the end of a sentence; null: it can.</summary>
    public static string? Complaint(string name) =>
        name.Length > Longest ? $"has more than {Longest} characters"
        : name.Any(c => char.IsControl(c) || "/\\:*?\"<>|".Contains(c, StringComparison.Ordinal)) ? "has characters that not every system can hold in a file name"
        : name.EndsWith('.') || name.EndsWith(' ') || name is "" or "." or ".." ? "ends with a dot or a blank"
        : Devices.Contains(name.Split('.')[0]) ? "is the name of a device on Windows"
        : name.Equals(PackageStore.Record, StringComparison.OrdinalIgnoreCase) || name.StartsWith(StoreDisk.Unfinished, StringComparison.Ordinal) ? "means something else in the store"
        : null;
}
