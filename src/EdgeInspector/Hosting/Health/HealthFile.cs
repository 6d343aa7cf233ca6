using EdgeInspector.Foundation.Files;
using EdgeInspector.Hosting.Lifetime;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Hosting.Health;

/// <summary>
/// Writes a <see cref="HealthReport"/> every two seconds while every station makes progress; serves the health check of a container as
/// <see cref="WatchdogFeed"/> serves systemd. The file is removed when the agent stops in order.
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

    /// <summary>
    /// Removes the report of an earlier agent, before the models are loaded: for some seconds it would count as this agent's.
    /// </summary>
    public static void Clear(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            // Then the file can't be written either, and that fault is told.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        // Not written at once: by the first tick, cameras and broker have complained or connected.
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
