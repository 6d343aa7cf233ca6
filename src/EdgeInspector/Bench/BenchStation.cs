using EdgeInspector.Delivery;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.State;
using EdgeInspector.Inference;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Triggers;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.Bench;

/// <summary>
/// A station as the agent builds it, but with a thread that hands it frames in place of a camera, and a sink that only takes notes in place
/// of the evidence delivery.
/// </summary>
internal sealed class BenchStation : IAsyncDisposable
{
    // The most that compact models reach on a few processors.
    private const int MostPerSecond = 1200;

    private readonly OnnxGeneration _generation;
    private readonly StationLink _link;
    private readonly BenchFrames _frames;
    private readonly BenchSink _sink;
    private readonly ManualResetEventSlim _go = new(false);
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _feeder;
    private readonly TimeSpan _period;
    private volatile bool _isResting = true;

    /// <param name="name">The station's name.</param>
    /// <param name="plan">What is driven.</param>
    /// <param name="generation">The station's model; freed with the station.</param>
    /// <param name="mqtt">The broker.</param>
    /// <param name="line">The line's name.</param>
    /// <param name="seed">Seed of the parts that the station sees.</param>
    public BenchStation(string name, BenchPlan plan, OnnxGeneration generation, MqttOptions mqtt, string line, int seed)
    {
        Name = name;
        _generation = generation;
        _frames = new BenchFrames(plan.Width, plan.Height, seed);
        _sink = new BenchSink((int)Math.Clamp(plan.Duration.TotalSeconds * MostPerSecond, 1 << 14, 1 << 20));
        _period = plan.Period;
        // Far from any deadline, since the benchmark measures how long a part takes.
        var options = new StationOptions
        {
            Trigger = new TriggerOptions { Kind = TriggerKind.EveryFrame },
            Deadline = TimeSpan.FromSeconds(10),
        };
        var scope = new StationScope(name, new StationHealth(), new StationCounters(), TimeProvider.System, NullLogger.Instance);
        var agent = new AgentIdentity(Environment.MachineName, line, "bench");
        _link = new StationLink(agent, scope, StationTopics.ForAll(mqtt, line, [name])[name], mqtt);
        RuleSet rules = RuleSet.Create(options, generation.Model, out _)!;
        Station = new Station(scope, options, rules, generation, new StationOutputs(_link, _sink));
        _feeder = new Thread(Feed) { Name = $"frames {name}", IsBackground = true };
    }

    public string Name { get; }

    public Station Station { get; }

    public IReadOnlyList<BenchPart> Parts => _sink.Parts;

    public OnnxGeneration Generation => _generation;

    public async Task StartAsync(CancellationToken stop)
    {
        _link.Start(new StationInputs(), new StateSources { Model = () => _generation.Model });
        await _link.WaitConnected(stop);
        Station.Start();
        _feeder.Start();
    }

    /// <summary>Lets frames come.</summary>
    public void Go()
    {
        _isResting = false;
        _go.Set();
    }

    /// <summary>Lets no more frames come and waits for the present ones.</summary>
    public void Rest(CancellationToken stop)
    {
        _go.Reset();
        SpinWait.SpinUntil(() => _isResting || stop.IsCancellationRequested);
        Station.WaitUntilIdle(stop);
    }

    private void Feed()
    {
        TimeProvider time = TimeProvider.System;
        long number = 0;
        while (!_stop.IsCancellationRequested)
        {
            if (!_go.IsSet)
            {
                _isResting = true;
                try
                {
                    _go.Wait(_stop.Token);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }
            long begunAt = time.GetTimestamp();
            bool isPaced = _period > TimeSpan.Zero;
            // At a set pace, copies the frame as a camera's thread copies the driver's picture before stamping it; at full pace a copy
            // would only take the processor from the part before.
            Frame frame = isPaced ? _frames.Copy(number) : _frames.Take(number);
            frame.Stamp(time.GetTimestamp(), time.GetUtcNow(), ++number);
            Station.Accept(frame, mayWait: !isPaced, _stop.Token);
            if (_period - time.GetElapsedTime(begunAt) is { Ticks: > 0 } left)
                Thread.Sleep(left);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_feeder.IsAlive)
            _feeder.Join();
        Station.Dispose();
        await _link.DisposeAsync();
        _generation.Dispose();
        _frames.Dispose();
        _go.Dispose();
        _stop.Dispose();
    }
}
