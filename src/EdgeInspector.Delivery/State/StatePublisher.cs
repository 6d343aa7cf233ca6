using System.Text.Json;
using System.Threading.Channels;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Events;
using EdgeInspector.Delivery.RemoteControl;
using EdgeInspector.Delivery.Signals;
using EdgeInspector.Foundation.Logging;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Protocol;

namespace EdgeInspector.Delivery.State;

/// <summary>Publishes a station's <c>state</c>, retained: when its health changes, and from time to time for the counters.</summary>
internal sealed class StatePublisher : IDisposable
{
    private const int Briefest = 3;

    // A burst of complaints becomes one message.
    private static readonly TimeSpan Coalesce = TimeSpan.FromMilliseconds(100);

    // The library reports a failed write first, and the end of the connection a moment later.
    private static readonly TimeSpan EndIsTold = TimeSpan.FromMilliseconds(200);

    // Within this time a broker ends the connection over a message that it does not take.
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(1.5);

    private readonly AgentIdentity _agent;
    private readonly StationScope _station;
    private readonly StationTopics _topics;
    private readonly StationHealth _health;
    private readonly StationCounters _counters;
    private readonly SignalSender _signals;
    private readonly TimeProvider _time;
    private readonly FaultLog _faults;

    // How much is left out, and how often in a row a connection ended over state.
    private int _brevity, _cut;

    // Full means that a publish is due anyway.
    private readonly Channel<bool> _due = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public StatePublisher(AgentIdentity agent, StationScope station, StationTopics topics, SignalSender signals)
    {
        (_agent, _station, _topics, _signals) = (agent, station, topics, signals);
        (_, _health, _counters, _time, ILogger log) = station;
        _faults = new FaultLog(log, $"Publishing {topics.State}", _time);
        _health.Changed += Due;
    }

    /// <summary>Where the other contents of state come from; set before anything is published.</summary>
    public StateSources Sources { get; set; } = new();

    /// <summary>What the broker publishes when the connection is lost.</summary>
    public byte[] Will() => Serialize(new StationState(
        "offline", [StateReason.Of(ConnectionWordings.LastWill.Of(), _agent)], null, _agent.StartedAt, _agent.Version, _agent.Agent,
        _agent.Line, _station.Name, null, null, null, null, null, null, null, null));

    /// <summary>Asks for a publish soon.</summary>
    public void Due() => _due.Writer.TryWrite(true);

    /// <summary>Publishes until stopped.</summary>
    public async Task Run(BrokerConnection connection, TimeSpan interval, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await WaitForDue(interval, stop).ConfigureAwait(false);
                await Task.Delay(Coalesce, _time, stop).ConfigureAwait(false);
                _due.Reader.TryRead(out _);
                if (connection.Current is { } session)
                    await PublishNow(session, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    /// <summary>Publishes the condition of the station.</summary>
    public Task PublishNow(Session session, CancellationToken stop)
    {
        StateReason[] reasons = [.. _health.Standing.Select(complaint => StateReason.Of(complaint.What, _agent))];
        return Publish(session, reasons.Length == 0 ? "online" : "degraded", reasons, stop);
    }

    /// <summary>Publishes that the station has stopped.</summary>
    public Task PublishStopped(Session session, CancellationToken stop) =>
        Publish(session, "offline", [StateReason.Of(DeliveryWordings.Stopped.Of(), _agent)], stop);

    public void Dispose() => _health.Changed -= Due;

    private async Task WaitForDue(TimeSpan interval, CancellationToken stop)
    {
        using var waited = new CancellationTokenSource(interval, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(waited.Token, stop);
        try
        {
            await _due.Reader.WaitToReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // The interval is over: the counters are due.
        }
    }

    private async Task Publish(Session session, string status, StateReason[] reasons, CancellationToken stop)
    {
        long began = _time.GetTimestamp();
        try
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10), _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
            MqttApplicationMessage message = Message(Now(status, reasons), session.MaximumPacketSize);
            session.Carry(() => $"state ({PublishSize.Of(message)} bytes)");
            MqttClientPublishResult result = await session.Publish(message, either.Token).ConfigureAwait(false);
            session.Delivered();
            _cut = 0;
            if (!result.IsSuccess)
                _faults.Report($"the broker refused it ({result.ReasonCode}). Check its access rules for this topic.");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (!stop.IsCancellationRequested && !session.Ended.IsCompleted)
                _faults.Report(e.Message);
            await Task.WhenAny(session.Ended, Task.Delay(EndIsTold, _time, CancellationToken.None)).ConfigureAwait(false);
            // Ended twice in a row, and at once: the broker may end the connection over this message, and signals need the connection. A
            // connection that stalls for seconds and then ends has another cause.
            bool isAnswer = session.Ended is { IsCompleted: true, Result.ByBroker: true } && _time.GetElapsedTime(began) < AnswersWithin;
            if (isAnswer && ++_cut >= 2)
                (_brevity, _cut) = (Math.Min(_brevity + 1, Briefest), 0);
        }
    }

    private MqttApplicationMessage Message(StationState state, long mostBytes)
    {
        for (int brevity = _brevity; ; brevity++)
        {
            var message = new MqttApplicationMessage
            {
                Topic = _topics.State,
                PayloadSegment = Serialize(Brief(state, brevity)),
                QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
                Retain = true,
            };
            if (brevity >= Briefest || PublishSize.Of(message) <= mostBytes)
                return message;
        }
    }

    /// <summary>
    /// What is published when the whole state is too large for the broker: first without the model's tags and with short reasons, then only
    /// the condition of the station with the counters that tell of faults, at last without these counters.
    /// </summary>
    private static StationState Brief(StationState state, int brevity) => brevity switch
    {
        0 => state,
        1 => state with
        {
            Reasons = Short(state.Reasons, 10, 200),
            Package = state.Package is { } package ? package with { Tags = [] } : null,
            Refused = state.Refused is { } refused ? refused with { Reason = Short(refused.Reason, 200) } : null,
        },
        _ => state with
        {
            Reasons = Short(state.Reasons, 3, 60),
            Commanded = null,
            Package = null,
            Shadow = null,
            Refused = null,
            References = null,
            Counters = brevity < Briefest ? state.Counters?.OnlyThese() : null,
        },
    };

    private static StateReason[] Short(IReadOnlyList<StateReason> reasons, int most, int length) =>
        [.. reasons.Take(most).Select(one => one with { Reason = Short(one.Reason, length), Values = SaidValues.None })];

    // The text ends with a whole word, if it has one.
    private static string Short(string text, int length)
    {
        string cut = PrintableText.Of(text, length);
        if (cut == PrintableText.Of(text))
            return cut;
        int word = cut.LastIndexOf(' ');
        return word > 0 ? $"{cut.AsSpan(0, word).TrimEnd(" ,;:(–")}…" : cut;
    }

    private StationState Now(string status, StateReason[] reasons)
    {
        StatePackage? package = Sources.Model() is { } model
            ? new StatePackage(
                model.Name, model.Package, model.Iteration, model.Kind == ModelKind.Detector ? "detector" : "classifier", model.Tags,
                model.Provider)
            : null;
        var counters = StateCounters.Of(_counters, _signals, Sources.Waiting);
        Commanded commanded = Sources.Commanded();
        ModelsBeside beside = Sources.Beside().Printable(_agent);
        return new StationState(
            status,
            reasons,
            _time.GetUtcNow(),
            _agent.StartedAt,
            _agent.Version,
            _agent.Agent,
            _agent.Line,
            _station.Name,
            commanded is { Pause: null, Thresholds.Count: 0, Storm: null } ? null : commanded,
            package,
            beside.Shadow,
            beside.Refused,
            Sources.Audit(),
            Of(Sources.Challenges()),
            Sources.References().Printable(),
            counters);
    }

    private static StateChallenge? Of(ChallengeStanding? standing) => standing is null
        ? null
        : new StateChallenge(
            standing.DueSince,
            standing.IsOverdue,
            standing.Last is { IsRight: { } isRight } last
                ? new StateChallengeResult(last.At, PrintableText.Of(last.Part), EventWriter.Word(last.Known), last.Verdict.Word(), isRight)
                : null);

    private static byte[] Serialize(StationState state) => JsonSerializer.SerializeToUtf8Bytes(state, StateJson.Default.StationState);
}
