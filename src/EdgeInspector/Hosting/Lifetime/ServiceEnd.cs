using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Hosting.Lifetime;

/// <summary>
/// How the service manager saw the earlier process end: systemd says so when the service has ended (<c>ExecStopPost</c> in the unit), and
/// the unit writes it into a file. No process can say of itself that somebody killed it.
/// </summary>
internal static class ServiceEnd
{
    private const string FileName = "last-end", KilledFromOutside = "signal killed KILL";

    /// <summary>
    /// True when the process was killed (SIGKILL), but not by systemd: not by its watchdog, after a stop that took too long, or for want of
    /// memory. The file counts for one start: it is removed.
    /// </summary>
    /// <param name="runs">The folder in which runs are marked.</param>
    public static bool WasKilled(string runs)
    {
        string path = Path.Combine(runs, FileName);
        try
        {
            if (FileFacts.Of(path) is not { IsFile: true })
                return false;
            using StreamReader file = File.OpenText(path);
            char[] said = new char[KilledFromOutside.Length + 2];
            int length = file.ReadBlock(said);
            File.Delete(path);
            return said.AsSpan(0, length).Trim().SequenceEqual(KilledFromOutside);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            return false;
        }
    }
}
