using System.Globalization;
using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Hosting.Health;

/// <summary>
/// What the agent reports to a health check: when it last made progress, and what is wrong with its stations. As a file: one line with the
/// time, and one for each complaint.
/// </summary>
/// <param name="At">
/// Ticks of the machine's monotonic clock, which all processes share; if somebody set a wall clock, a healthy agent would look dead.
/// </param>
/// <param name="Complaints">Empty when every station is online; else a sentence for each thing that is wrong.</param>
internal sealed record HealthReport(long At, IReadOnlyList<string> Complaints)
{
    /// <summary>Replaces the file at once, so that nobody reads half a file.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
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

    /// <summary>Reads a file of <see cref="WriteTo"/>; null when there is no file, or when it has another content.</summary>
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
