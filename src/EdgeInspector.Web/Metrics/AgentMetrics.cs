using System.Diagnostics.Metrics;
using EdgeInspector.Foundation.Files;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace EdgeInspector.Web.Metrics;

/// <summary>
/// The agent's figures for those who watch many machines: to be fetched as <c>/metrics</c> (Prometheus), and sent by OTLP where the
/// settings name a collector. Beside the stations' figures those of the .NET runtime and of the web server.
/// </summary>
public sealed class AgentMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly PartDurations _durations;

    /// <param name="agent">What is measured.</param>
    /// <param name="options">Where the figures are sent.</param>
    public AgentMetrics(HttpScope agent, MetricsOptions options)
    {
        _meter = new Meter("EdgeInspector", agent.Identity.Version);
        _ = new StationInstruments(_meter, agent.Stations);
        _ = new WebhookInstruments(_meter, agent.Webhooks);
        _durations = new PartDurations(_meter, agent.Stations);
        _meter.CreateObservableGauge("edgeinspector.disk.free", Free, "By", "Bytes that the agent may still write to its data folder.");
        MeterProviderBuilder provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => resource
                .AddService("edgeinspector", serviceVersion: agent.Identity.Version, serviceInstanceId: agent.Identity.Agent)
                .AddAttributes([new("edgeinspector.line", agent.Identity.Line)]))
            .AddMeter(_meter.Name, "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
            // In Prometheus these names would end like those of a histogram's parts.
            .AddView("dotnet.thread_pool.thread.count", "dotnet.thread_pool.threads")
            .AddView("dotnet.assembly.count", MetricStreamConfiguration.Drop)
            .AddView("dotnet.process.cpu.count", MetricStreamConfiguration.Drop)
            .AddView("dotnet.timer.count", MetricStreamConfiguration.Drop)
            .AddPrometheusExporter();
        if (options.Otlp is { } collector)
            provider.AddOtlpExporter((export, reader) =>
            {
                export.Endpoint = new Uri(collector);
                export.Protocol = options.Protocol == OtlpProtocol.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)options.Every.TotalMilliseconds;
            });
        Provider = provider.Build();

        // Nothing where the system does not say.
        IEnumerable<Measurement<long>> Free() => FreeBytes.On(agent.Identity.DataFolder!) is { } free ? [new(free)] : [];
    }

    internal MeterProvider Provider { get; }

    /// <summary>Sends the figures as they are now; gives up after a time.</summary>
    public void Flush(TimeSpan patience) => Provider.ForceFlush((int)patience.TotalMilliseconds);

    /// <summary>Ends.</summary>
    public void Dispose()
    {
        // Else a collector that never answers is waited for as long as the library likes.
        Provider.Shutdown(200);
        Provider.Dispose();
        _durations.Dispose();
        _meter.Dispose();
    }
}
