using System.Globalization;

namespace EdgeInspector.LineTests.Line;

/// <summary>What the kernel says of a process.</summary>
/// <param name="Resident">Resident memory in MiB.</param>
/// <param name="Handles">Open file descriptors.</param>
/// <param name="Threads">Threads.</param>
internal sealed record ProcessFigures(double Resident, int Handles, int Threads)
{
    public static ProcessFigures Of(ChildProcess process)
    {
        string folder = $"/proc/{process.Id}";
        Dictionary<string, string> status = File.ReadLines($"{folder}/status")
            .Select(line => line.Split(':', 2))
            .ToDictionary(pair => pair[0], pair => pair[1].Trim());
        return new ProcessFigures(
            int.Parse(status["VmRSS"].Split(' ')[0], CultureInfo.InvariantCulture) / 1024.0,
            Directory.EnumerateFileSystemEntries($"{folder}/fd").Count(),
            int.Parse(status["Threads"], CultureInfo.InvariantCulture));
    }
}
