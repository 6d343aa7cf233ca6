using System.Globalization;
using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Hosting.Health;

/// <summary>
/// What the agent says of itself to a health check: when it last made progress, and what is wrong with its stations.
/// As a file: one line with the time, and one for each complaint.
/// </summary>
/// <param name="At">
/// Ticks of the machine's monotonic clock, which all processes share; a wall clock that is set would make a healthy agent look dead.
/// </param>
/// <param name="Complaints">Empty when every station is online; else a sentence for each thing that is wrong.</param>
internal sealed record HealthReport(long At, IReadOnlyList<string> Complaints)
{
    /// <summary>Replaces the file at once, so that nobody reads half of it.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void WriteTo(string path)
    {
        using var file = new AtomicFile(path, Durability.ProcessEnd);
        using (var lines = new StreamWriter(file.Content, leaveOpen: true))
        {
            lines.WriteLine(At.ToString(CultureInfo.InvariantCulture));
            foreach (string complaint in Complaints)
                lines.WriteLine(complaint.ReplaceLineEndings(" "));
        }
        file.Commit();
    }

    /// <summary>Reads what <see cref="WriteTo"/> wrote; null when there is no file, or something else stands in it.</summary>
    public static HealthReport? Read(string path)
    {
        try
        {
            string[] lines = File.ReadAllLines(path);
            return lines.Length > 0 && long.TryParse(lines[0], NumberStyles.None, CultureInfo.InvariantCulture, out long at)
                ? new HealthReport(at, lines[1..])
                : null;
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            return null;
        }
    }
}
