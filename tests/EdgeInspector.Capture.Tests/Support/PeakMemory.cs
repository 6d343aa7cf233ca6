using System.Globalization;

namespace EdgeInspector.Capture.Tests.Support;

/// <summary>How much memory this process came to use, as the kernel counts it (Linux only).</summary>
internal static class PeakMemory
{
    /// <summary>By how many bytes the process grew at most while something ran. Nothing else may run meanwhile.</summary>
    public static long During(Action action)
    {
        GC.Collect();
        // Sets the highest mark back to what is used now; see proc_pid_clear_refs(5).
        File.WriteAllText("/proc/self/clear_refs", "5");
        long before = Read("VmRSS:");
        action();
        return Read("VmHWM:") - before;
    }

    private static long Read(string name)
    {
        string line = File.ReadLines("/proc/self/status").First(text => text.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024;
    }
}
