using System.Globalization;
using EdgeInspector.Foundation.Files;

namespace EdgeInspector.ModelStore.Switching;

/// <summary>How much memory this process may still take.</summary>
internal static class AvailableMemory
{
    // A loaded compact network takes up to so many times the size of its file: the weights twice (as read and as prepared for the
    // processor), and the memory of runs.
    private const int TimesFile = 4;
    private const long Least = 64L << 20;

    /// <summary>Why a second model must not be loaded beside the one that runs, in a sentence; null: there is room.</summary>
    /// <param name="modelBytes">Size of the second model's network.</param>
    /// <param name="keepFree">Bytes that must stay free.</param>
    public static string? Complaint(long modelBytes, long keepFree) => Complaint(modelBytes, keepFree, Bytes());

    internal static string? Complaint(long modelBytes, long keepFree, long available)
    {
        long needed = Math.Max(Least, modelBytes * TimesFile) + keepFree;
        return available >= needed
            ? null
            : $"There is too little memory to load it beside the model that runs: {available >> 20} MiB are free, "
                + $"{needed >> 20} MiB are needed ({keepFree >> 20} MiB of them must stay free, Models:FreeMemoryMiB). "
                + "Stop other programs, or restart the agent with the new model.";
    }

    private static long Bytes()
    {
        if (!OperatingSystem.IsLinux())
        {
            GCMemoryInfo info = GC.GetGCMemoryInfo();
            return Math.Max(0, info.TotalAvailableMemoryBytes - info.MemoryLoadBytes);
        }
        return Math.Min(Machine(), Container());
    }

    private static long Machine()
    {
        try
        {
            foreach (string line in File.ReadLines("/proc/meminfo"))
            {
                if (line.StartsWith("MemAvailable:", StringComparison.Ordinal))
                    return long.Parse(line.AsSpan(13).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture) << 10;
            }
        }
        catch (Exception fault) when (DiskFault.Is(fault) || fault is FormatException)
        {
            // The system does not say, so there is no complaint.
        }
        return long.MaxValue;
    }

    /// <summary>
    /// The memory that is left by the limits of control groups, version 2 (https://docs.kernel.org/admin-guide/cgroup-v2.html).
    /// </summary>
    private static long Container()
    {
        try
        {
            string limit = File.ReadAllText("/sys/fs/cgroup/memory.max").Trim();
            return limit == "max"
                ? long.MaxValue
                : long.Parse(limit, CultureInfo.InvariantCulture)
                    - long.Parse(File.ReadAllText("/sys/fs/cgroup/memory.current").Trim(), CultureInfo.InvariantCulture);
        }
        catch (Exception fault) when (DiskFault.Is(fault) || fault is FormatException)
        {
            return long.MaxValue;
        }
    }
}
