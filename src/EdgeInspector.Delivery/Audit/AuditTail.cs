using System.Text;
using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Delivery.Audit;

/// <summary>The last entries of the audit log, for people who look; proves nothing (<c>audit verify</c> does).</summary>
public static class AuditTail
{
    // Some three hundred entries; a day may have a million.
    private const int Bytes = 128 * 1024;

    /// <summary>The last entries as lines of JSON, the newest first; empty where there is no log.</summary>
    /// <param name="dataFolder">The agent's data folder.</param>
    /// <param name="isWanted">Says which lines are wanted.</param>
    /// <param name="most">So many at most.</param>
    public static IReadOnlyList<string> Read(string dataFolder, Func<string, bool> isWanted, int most)
    {
        try
        {
            var lines = new List<string>();
            foreach (AuditFile file in AuditFiles.In(AuditFiles.FolderOf(dataFolder)).AsEnumerable().Reverse().Take(3))
            {
                lines.AddRange(Last(file.Path).Where(isWanted));
                if (lines.Count >= most)
                    break;
            }
            return [.. lines.Take(most)];
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            return [];
        }
    }

    private static IEnumerable<string> Last(string path)
    {
        FileFacts.Demand(path);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        long from = Math.Max(0, file.Length - Bytes);
        file.Position = from;
        byte[] end = new byte[Math.Min(Bytes, file.Length - from)];
        int read = file.ReadAtLeast(end, end.Length, throwOnEndOfStream: false);
        IEnumerable<string> lines = Encoding.UTF8.GetString(end, 0, read).Split('\n').Where(line => line.Length > 0);
        // The first line may have begun before.
        return lines.Skip(from > 0 ? 1 : 0).Reverse();
    }
}
