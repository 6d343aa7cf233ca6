using EdgeInspector.Web.Metrics;
using Microsoft.Extensions.Hosting;

namespace EdgeInspector.Hosting;

/// <summary>Has the agent's figures made while the agent runs, also where nobody fetches them: a collector gets them.</summary>
internal sealed class MetricsService(AgentMetrics metrics) : IHostedService
{
    // Of what the agent's stop may take.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends the last figures.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(() => metrics.Flush(Patience), CancellationToken.None);
}
