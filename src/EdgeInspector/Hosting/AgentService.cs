using EdgeInspector.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Hosting;

/// <summary>Runs the agent for as long as the host runs, and hands it changed settings.</summary>
internal sealed partial class AgentService(
    Agent agent, SettingsWatcher<AgentOptions> settings, IHostApplicationLifetime lifetime, ILogger<AgentService> log)
    : BackgroundService
{
    private int _exitCode;

    /// <summary>The exit code of the process: after a fault a code that makes a service manager start the agent again.</summary>
    public int ExitCode => Volatile.Read(ref _exitCode);

    /// <summary>Says that the agent ended by a fault. The first call decides.</summary>
    public void FailWith(int exitCode) => Interlocked.CompareExchange(ref _exitCode, exitCode, EdgeInspector.ExitCode.Done);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            agent.Connect();
            agent.StartInspecting();
            agent.StartTakingModels();
            settings.Start(Changed);
            await Task.Delay(Timeout.Infinite, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
#pragma warning disable CA1031 // The boundary of the service: a fault must end the process with a code of its own, not as a clean stop.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            FailWith(EdgeInspector.ExitCode.Failed);
            LogFailed(log, fault, fault.Message);
            lifetime.StopApplication();
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        settings.Dispose();
        await base.StopAsync(cancellationToken);
        await agent.StopAsync(TimeSpan.FromSeconds(7));
    }

    private void Changed(SettingsResult<AgentOptions> result)
    {
        SettingsChange change = result.Value is { } options
            ? agent.Apply(options)
            : new SettingsChange([], [], [.. result.Problems.Select(problem => problem.ToString())]);
        agent.TellSettings(change.Problems);
        foreach (string problem in change.Problems)
            LogRefused(log, problem);
        foreach (string station in change.Applied)
            LogApplied(log, station);
        string atNextStart = string.Join(", ", change.AtNextStart);
        if (atNextStart.Length > 0)
            LogRestart(log, atNextStart);
    }

    [LoggerMessage(EventId = 601, Level = LogLevel.Critical,
        Message = "The agent failed and ends, so that the service manager starts it again: {Cause}")]
    private static partial void LogFailed(ILogger log, Exception fault, string cause);

    [LoggerMessage(EventId = 602, Level = LogLevel.Error,
        Message = "The changed settings are refused; the old ones stay in force. {Problem}")]
    private static partial void LogRefused(ILogger log, string problem);

    [LoggerMessage(EventId = 603, Level = LogLevel.Information, Message = "New rules are in force at station {Station}")]
    private static partial void LogApplied(ILogger log, string station);

    [LoggerMessage(
        EventId = 604,
        Level = LogLevel.Warning,
        Message = "The settings file changed in more than thresholds and rules; "
            + "this takes effect with the next start of the agent: {Settings}")]
    private static partial void LogRestart(ILogger log, string settings);
}
