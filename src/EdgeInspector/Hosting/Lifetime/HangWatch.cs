using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Hosting.Lifetime;

/// <summary>
/// Ends the agent with <see cref="ExitCode.Hung"/> when a station hangs in native code and does not come back, so that the service manager
/// starts the agent anew. The agent stops in order and flushes everything that it can; after <see cref="Limit"/> it is ended by force.
/// </summary>
/// <remarks>A thread of its own, since the thread pool may hang too.</remarks>
internal sealed partial class HangWatch(Agent agent, AgentService service, IHostApplicationLifetime lifetime, ILogger<HangWatch> log)
    : IHostedService, IDisposable
{
    /// <summary>How long stopping in order may take, whatever hangs.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(9.5);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly ManualResetEventSlim _stop = new();

    public Task StartAsync(CancellationToken cancellationToken)
    {
        new Thread(Watch) { Name = "hang watch", IsBackground = true }.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stop.Set();
        return Task.CompletedTask;
    }

    public void Dispose() => _stop.Set();

    private void Watch()
    {
        while (!_stop.Wait(Interval))
        {
            if (agent.Hung is not { } what)
                continue;
            LogHung(log, what);
            service.FailWith(ExitCode.Hung);
            ProcessEnd.Within(Limit, ExitCode.Hung);
            lifetime.StopApplication();
            return;
        }
    }

    [LoggerMessage(EventId = 605, Level = LogLevel.Critical, Message = "{What} The agent ends, so that the service manager starts it anew")]
    private static partial void LogHung(ILogger log, string what);
}
