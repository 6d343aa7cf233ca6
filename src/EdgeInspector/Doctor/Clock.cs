using System.Globalization;
using EdgeInspector.Foundation.Clocks;

namespace EdgeInspector.Doctor;

/// <summary>Checks the wall clock, which stamps events and by which certificates are judged.</summary>
internal static class Clock
{
    // systemd-timesyncd and chrony's systemd integration touch this file when the clock is synchronised.
    private const string Synchronised = "/run/systemd/timesync/synchronized";

    public static Finding Check(TimeProvider time)
    {
        DateTimeOffset now = time.GetUtcNow();
        string text = now.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
        if (WallTime.Fault(now) is { } fault)
            return Finding.Fault("clock",
                $"It says {text}, {fault}. Set it, and keep it right by NTP: events and certificates depend on it.");
        return Directory.Exists("/run/systemd/timesync") && !File.Exists(Synchronised)
            ? Finding.Warning("clock", $"{text}, not yet synchronised by NTP")
            : Finding.Good("clock", text);
    }
}
