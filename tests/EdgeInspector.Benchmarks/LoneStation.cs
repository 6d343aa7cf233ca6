using EdgeInspector.Delivery;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.DemoBroker;
using EdgeInspector.Delivery.State;
using EdgeInspector.Inference;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.ModelStore.Packages;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.Benchmarks;

/// <summary>
/// A real station with a real model, whose signals go over a real link to a broker (embedded, on loopback).
/// No camera: the benchmark brings frames.
/// </summary>
internal sealed class LoneStation : IAsyncDisposable
{
    private readonly OnnxGeneration? _generation;
    private readonly LoopbackBroker _broker;
    private readonly StationLink _link;

    private LoneStation(OnnxGeneration? generation, LoopbackBroker broker, StationLink link, Station station) =>
        (_generation, _broker, _link, Station) = (generation, broker, link, station);

    public Station Station { get; }

    /// <param name="model">Path of the package.</param>
    /// <param name="options">How the station inspects.</param>
    /// <param name="records">Takes the station's records.</param>
    /// <param name="inference">Where and how the model runs.</param>
    public static async Task<LoneStation> StartAsync(
        string model, StationOptions options, IInspectedPartSink records, InferenceOptions? inference = null)
    {
        ReadOutcome reading = ModelPackageReader.Read(model);
        LoadOutcome outcome = GenerationLoader.Load(
            reading.Package ?? throw new InvalidOperationException(string.Join(' ', reading.Problems)),
            inference ?? new InferenceOptions(),
            new PreprocessingOptions(),
            NullLogger.Instance);
        OnnxGeneration generation = outcome.Generation ?? throw new InvalidOperationException(string.Join(' ', outcome.Problems));
        return await StartAsync(generation, options, records, generation);
    }

    /// <summary>The same with a model of somebody else's, who frees it.</summary>
    public static Task<LoneStation> StartAsync(OnnxGeneration generation, StationOptions options, IInspectedPartSink records) =>
        StartAsync(generation, options, records, null);

    private static async Task<LoneStation> StartAsync(
        OnnxGeneration generation, StationOptions options, IInspectedPartSink records, OnnxGeneration? owned)
    {
        LoopbackBroker broker = await LoopbackBroker.StartAsync();
        var mqtt = new MqttOptions { Host = "127.0.0.1", Port = broker.Port };
        var scope = new StationScope("bench", new StationHealth(), new StationCounters(), TimeProvider.System, NullLogger.Instance);
        var agent = new AgentIdentity("benchmark", "bench", "0");
        var link = new StationLink(agent, scope, StationTopics.ForAll(mqtt, "bench", ["bench"])["bench"], mqtt);
        link.Start(new StationInputs(), new StateSources { Model = () => generation.Model });
        await link.WaitConnected(CancellationToken.None);
        RuleSet rules = RuleSet.Create(options, generation.Model, out _)!;
        var station = new Station(scope, options, rules, generation, new StationOutputs(link, records));
        station.Start();
        return new LoneStation(owned, broker, link, station);
    }

    public async ValueTask DisposeAsync()
    {
        Station.Dispose();
        await _link.DisposeAsync();
        await _broker.DisposeAsync();
        _generation?.Dispose();
    }
}
