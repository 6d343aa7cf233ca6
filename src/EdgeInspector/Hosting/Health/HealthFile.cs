using EdgeInspector.Foundation.Files;
using EdgeInspector.Hosting.Lifetime;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Hosting.Health;

/// <summary>
/// Writes a <see cref="HealthReport"/> every two seconds while every station makes progress: to the health check of a container what
/// <see cref="WatchdogFeed"/> is to systemd. The file is gone when the agent stops in order.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="makesProgress"><see cref="Agent.MakesProgress"/></param>
/// <param name="complaints"><see cref="Agent.Complaints"/></param>
/// <param name="time">The clock.</param>
/// <param name="log">The log.</param>
internal sealed partial class HealthFile(
    string path,
    Func<bool> makesProgress,
    Func<IReadOnlyList<string>> complaints,
    TimeProvider time,
    ILogger<HealthFile> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private bool _isTold;

    /// <summary>Removes what an earlier agent left, before the models are loaded: for some seconds it would speak for this one.</summary>
    public static void Clear(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            // Then it can't be written either, which is told.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        // Not at once: cameras and broker have complained or come by the first tick.
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (makesProgress())
                Write();
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Clear(path);
    }

    private void Write()
    {
        try
        {
            new HealthReport(time.GetTimestamp(), complaints()).WriteTo(path);
            _isTold = false;
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            if (!_isTold)
                LogUnwritable(log, path, fault.Message);
            _isTold = true;
        }
    }

    [LoggerMessage(
        EventId = 606,
        Level = LogLevel.Error,
        Message = "The health file {Path} can't be written, so a health check takes the agent for dead; "
            + "put it where this user may write and no disk fills up: {Cause}")]
    private static partial void LogUnwritable(ILogger log, string path, string cause);
}
