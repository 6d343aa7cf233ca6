using EdgeInspector.Capture.Cameras;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Settings;

namespace EdgeInspector.Doctor;

/// <summary>
/// Finds stations that read the same folder, of which one takes the files away: each part would be inspected at only one of them, whichever
/// is first.
/// </summary>
internal static class SharedFolders
{
    private const string Everything = "*";

    public static IEnumerable<Finding> Check(IReadOnlyDictionary<string, StationSettings> stations)
    {
        (string Name, FolderOptions Folder)[] all =
        [
            .. stations.Where(one => one.Value.Camera?.Folder is not null).Select(one => (one.Key, one.Value.Camera!.Folder!)),
        ];
        for (int first = 0; first < all.Length; first++)
        {
            for (int second = first + 1; second < all.Length; second++)
            {
                if (Check(all[first], all[second]) is { } finding)
                    yield return finding;
            }
        }
    }

    private static Finding? Check((string Name, FolderOptions Folder) one, (string Name, FolderOptions Folder) other)
    {
        (string Name, FolderOptions Folder)[] takers =
        [
            .. new[] { one, other }.Where(station => station.Folder.AfterRead != AfterRead.Keep),
        ];
        string first = PatternOf(one.Folder), second = PatternOf(other.Folder);
        if (takers.Length == 0 || !FitOne(first, second) || !FileFacts.AreSame(one.Folder.Path, other.Folder.Path))
            return null;
        string path = Path.GetFullPath(one.Folder.Path), otherPath = Path.GetFullPath(other.Folder.Path);
        string which = path == otherPath ? $"'{path}'" : $"'{path}', which is '{otherPath}' too";
        string who = takers.Length == 2 ? "both take" : $"{takers[0].Name} takes";
        // With other patterns it may be that no file ever has a name that fits both.
        bool isCertain = first == second || first == Everything || second == Everything;
        string files = isCertain ? "their files" : $"files that both Patterns fit ('{one.Folder.Pattern}', '{other.Folder.Pattern}')";
        string message = $"The stations {one.Name} and {other.Name} read the same folder, {which}, and {who} {files} away "
            + "(Camera:Folder:AfterRead): each part would be inspected at one of the two only. "
            + "Give each a folder of its own, a Pattern that fits its own files only, or set AfterRead to Keep at both.";
        string subject = $"camera of {one.Name}";
        return isCertain ? Finding.Fault(subject, message) : Finding.Warning(subject, message);
    }

    private static string PatternOf(FolderOptions folder) => folder.Pattern is "*.*" ? Everything : folder.Pattern.ToUpperInvariant();

    /// <summary>True when a name could fit both patterns.</summary>
    private static bool FitOne(string first, string second)
    {
        // fits[i, j]: some text fits both the rest of the first pattern from i on and the rest of the second from j on.
        bool[,] fits = new bool[first.Length + 1, second.Length + 1];
        for (int i = first.Length; i >= 0; i--)
        {
            for (int j = second.Length; j >= 0; j--)
            {
                char? one = i < first.Length ? first[i] : null, other = j < second.Length ? second[j] : null;
                fits[i, j] = (one, other) switch
                {
                    (null, null) => true,
                    ('*', _) when fits[i + 1, j] || (other is not null && fits[i, j + 1]) => true,
                    (_, '*') when fits[i, j + 1] || (one is not null && fits[i + 1, j]) => true,
                    (null, _) or (_, null) or ('*', _) or (_, '*') => false,
                    _ => (one == other || one == '?' || other == '?') && fits[i + 1, j + 1],
                };
            }
        }
        return fits[0, 0];
    }
}
