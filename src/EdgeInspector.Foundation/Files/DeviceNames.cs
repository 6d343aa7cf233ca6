namespace EdgeInspector.Foundation.Files;

/// <summary>
/// The names that Windows takes for devices, in whatever folder they stand: whoever opens such a file waits for a serial port. See "Naming
/// files, paths, and namespaces" of the Windows documentation.
/// </summary>
public static class DeviceNames
{
    private static readonly HashSet<string> Names = new(
        ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$", .. "0123456789¹²³".SelectMany(
            digit => new[] { $"COM{digit}", $"LPT{digit}" })],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Whether a file's name means a device: whatever follows a dot or a colon does not count, nor do blanks before it.
    /// </summary>
    public static bool Contains(string fileName)
    {
        int end = fileName.AsSpan().IndexOfAny('.', ':');
        return Names.Contains((end < 0 ? fileName : fileName[..end]).Trim(' '));
    }

    /// <summary>The name itself, or one beside it that is no device.</summary>
    public static string Avoided(string fileName) => Contains(fileName) ? "_" + fileName : fileName;
}
