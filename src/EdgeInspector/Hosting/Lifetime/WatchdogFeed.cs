using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;

namespace EdgeInspector.Hosting.Lifetime;

/// <summary>
/// Tells systemd that the agent is alive, at half of <c>WatchdogSec</c> (sd_watchdog_enabled(3)), while every station makes progress. Does
/// nothing where no watchdog is configured.
/// </summary>
internal sealed class WatchdogFeed(ISystemdNotifier notifier, Agent agent, TimeProvider time) : BackgroundService
{
    private static readonly ServiceState Alive = new("WATCHDOG=1");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (Interval() is not { } interval || !notifier.IsEnabled)
            return;
        using var timer = new PeriodicTimer(interval, time);
        do
        {
            if (agent.MakesProgress)
                Notify();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Notify()
    {
        try
        {
            notifier.Notify(Alive);
        }
        catch (SocketException)
        {
            // Systemd itself is being restarted; the next message follows after half of the watchdog's time.
        }
    }

    private static TimeSpan? Interval()
    {
        if (!long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), CultureInfo.InvariantCulture, out long microseconds)
            || microseconds <= 0)
            return null;
        // Systemd names the watched process, since a shell may pass the variable on to another one.
        string? process = Environment.GetEnvironmentVariable("WATCHDOG_PID");
        return process is null || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture)
            ? TimeSpan.FromMicroseconds(microseconds / 2)
            : null;
    }
}
