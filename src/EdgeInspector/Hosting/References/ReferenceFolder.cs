using System.Security.Cryptography;
using System.Text;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Inspection.References;

namespace EdgeInspector.Hosting.References;

/// <summary>
/// <c>references/</c> in the data folder: a file for each station and each type of part. A file appears whole or not at all.
/// </summary>
internal sealed class ReferenceFolder(string dataFolder)
{
    private const string Ending = ".json";

    // A file's name may have 255 bytes.
    private const int LongestName = 120;

    private readonly string _folder = Path.GetFullPath(Path.Combine(dataFolder, "references"));

    /// <summary>Where the command line leaves its requests.</summary>
    public string Requests => Path.Combine(_folder, "requests");

    /// <summary>Reads the references of a station.</summary>
    /// <param name="station">The station's name.</param>
    /// <param name="problems">Receives a sentence for each file that can't be used.</param>
    public IReadOnlyList<Reference> Read(string station, List<string> problems)
    {
        var found = new List<Reference>();
        try
        {
            if (!Directory.Exists(_folder))
                return [];
            string own = NameOf(station, null), typed = Part(station) + "@";
            foreach (string path in Directory.EnumerateFiles(_folder, "*" + Ending).Order(StringComparer.Ordinal))
            {
                string name = Path.GetFileName(path);
                if (!name.Equals(own, StringComparison.OrdinalIgnoreCase) && !name.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
                    continue;
                if (ReadFile(path, station, found, out string? problem) is { } reference)
                    found.Add(reference);
                else
                    problems.Add($"The reference '{path}' is not used: {problem}. "
                        + "Learn it again ('EdgeInspector stations learn'), or remove the file.");
            }
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            problems.Add($"The references in '{_folder}' can't be read: {fault.Message}");
        }
        return found;
    }

    /// <summary>Writes a reference, in place of an earlier one.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The disk refuses access.</exception>
    public void Write(Reference reference)
    {
        Directory.CreateDirectory(_folder);
        string path = PathOf(reference.Station, reference.Type);
        // The agent and a command may write at the same time.
        AtomicFile.Write(path, ReferenceFormat.Write(reference), Durability.PowerCut, $"{path}.{Guid.NewGuid():N}.new");
    }

    /// <summary>Removes a reference; false when there is none.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The disk refuses access.</exception>
    public bool Remove(string station, string? type)
    {
        string path = PathOf(station, type);
        bool isThere = File.Exists(path);
        if (isThere)
            File.Delete(path);
        return isThere;
    }

    /// <summary>The file of a reference, whether or not it exists.</summary>
    public string PathOf(string station, string? type) => Path.Combine(_folder, NameOf(station, type));

    private static Reference? ReadFile(string path, string station, List<Reference> before, out string? problem)
    {
        try
        {
            FileFacts.Demand(path);
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > ReferenceFormat.MostBytes)
            {
                problem = $"it has {file.Length} bytes, more than {ReferenceFormat.MostBytes}";
                return null;
            }
            byte[] json = new byte[file.Length];
            file.ReadExactly(json);
            Reference? reference = ReferenceFormat.Read(json, out problem);
            if (reference is not null && !reference.Station.Equals(station, StringComparison.OrdinalIgnoreCase))
                problem = $"it is of station '{reference.Station}'";
            else if (reference is not null
                && before.Exists(one => string.Equals(one.Type, reference.Type, StringComparison.OrdinalIgnoreCase)))
                problem = "another file has a reference of the same type";
            return problem is null ? reference : null;
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            problem = fault.Message.TrimEnd('.');
            return null;
        }
    }

    /// <summary>A name that was made fit for an address has no @.</summary>
    private static string NameOf(string station, string? type) => (type is null ? Part(station) : $"{Part(station)}@{Part(type)}") + Ending;

    /// <summary>Names that differ only in case count as one, as on Windows.</summary>
    private static string Part(string name)
    {
        string lower = name.ToLowerInvariant(), safe = Uri.EscapeDataString(lower);
        if (safe.Length > LongestName)
            safe = $"{safe[..60].TrimEnd('%')}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lower)))[..16]}";
        return DeviceNames.Avoided(safe);
    }
}
