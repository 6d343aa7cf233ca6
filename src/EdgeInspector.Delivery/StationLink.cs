using System.Buffers.Text;
using EdgeInspector.Delivery.Audit;
using EdgeInspector.Delivery.RemoteControl;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Signals;
using EdgeInspector.Delivery.State;
using EdgeInspector.Delivery.Triggers;
using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Protocol;

namespace EdgeInspector.Delivery;

/// <summary>
/// One station's own connection to the broker: signals out, triggers in, heartbeat, and <c>state</c> with the last will. Nothing large ever travels on it,
/// so that a signal never waits behind a picture; nothing that a stranger could shape either: answers to commands have a connection of
/// their own.
/// </summary>
public sealed class StationLink : ISignaller, IAsyncDisposable
{
    /// <summary>The component under whose name this link complains to <see cref="StationHealth"/>.</summary>
    public const string Component = "broker";

    private const string SignalComponent = "signal";
    private const string TriggerComponent = "trigger";
    private const string PartsComponent = "parts";
    private const string CommandComponent = "command";

    private readonly StationTopics _topics;
    private readonly StationHealth _health;
    private readonly TimeProvider _time;
    private readonly BrokerConnection _connection;
    private readonly SignalSender _signals;
    private readonly StatePublisher _state;
    private readonly TriggerReceiver? _triggers;
    private readonly PartsReceiver? _parts;
    private readonly CommandReceiver? _commands;
    private readonly AnswerSender? _answers;
    private readonly bool _sendsAnswers;
    private readonly MqttOptions _options;
    private readonly CancellationTokenSource _stop = new();
    private int _disposed;
    private Task _running = Task.CompletedTask;

    /// <summary>Prepares the link; <see cref="Start"/> connects.</summary>
    /// <param name="agent">Who speaks.</param>
    /// <param name="station">The station's name.</param>
    /// <param name="options">The broker; validated.</param>
    /// <param name="topics">The station's topics, from <see cref="StationTopics.ForAll"/>.</param>
    /// <param name="health">The station's health: read for <c>state</c>, and told when the broker is away.</param>
    /// <param name="counters">The station's counters, read for <c>state</c>.</param>
    /// <param name="model">Gives the model that runs at the moment, or null. Called from any thread.</param>
    /// <param name="onTrigger">
    /// Takes a part id, the time of receipt in ticks of <paramref name="time"/> and the type of part (null: none), on a pool thread; must not block. False when the part was
    /// not accepted, which leaves its message unacknowledged. Null: don't subscribe to triggers.
    /// </param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The log.</param>
    /// <param name="onParts">Takes the PLC's count of parts; must not block. Null: don't subscribe to it.</param>
    /// <param name="commands">Whether commands are obeyed.</param>
    /// <param name="onCommand">Carries out a command; null: don't subscribe to them. Two may run at a time: a prompt one beside another.</param>
    /// <param name="commanded">Gives what was commanded and holds, for <c>state</c>. Called from any thread.</param>
    /// <param name="beside">Gives the models beside the one that runs, for <c>state</c>. Called from any thread.</param>
    /// <param name="audit">Gives the end of the audit log, for <c>state</c>. Called from any thread.</param>
    /// <param name="challenges">Gives how the station stands with its challenge parts, for <c>state</c>. Called from any thread.</param>
    /// <param name="references">Gives the references, for <c>state</c>. Called from any thread.</param>
    /// <param name="faults">Has what several connections meet logged once; null: each logs for itself.</param>
    public StationLink(
        AgentIdentity agent,
        string station,
        MqttOptions options,
        StationTopics topics,
        StationHealth health,
        StationCounters counters,
        Func<ModelIdentity?> model,
        Func<string, long, string?, bool>? onTrigger,
        TimeProvider time,
        ILogger log,
        Action<long>? onParts = null,
        CommandOptions? commands = null,
        Func<RemoteCommand, CancellationToken, Task<CommandAnswer>>? onCommand = null,
        Func<Commanded>? commanded = null,
        Func<ModelsBeside>? beside = null,
        Func<AuditHead?>? audit = null,
        Func<ChallengeStanding?>? challenges = null,
        Func<ReferencesShown>? references = null,
        BrokerFaults? faults = null)
    {
        (_topics, _health, _time, _options) = (topics, health, time, options);
        _triggers = onTrigger is null ? null : new TriggerReceiver(topics.Trigger, onTrigger, time, log);
        _parts = onParts is null ? null : new PartsReceiver(topics.Parts, onParts, time, log);
        _connection = new BrokerConnection(options, ConnectionNames.Station(options, station), time, log)
        {
            IsUrgent = true,
            Shared = faults,
            Prepare = Prepare,
            Established = Greet,
            Lost = Lose,
        };
        if (commands is { Enabled: true } && onCommand is not null)
        {
            _answers = new AnswerSender(options, agent, station, time, log, faults);
            _commands = new CommandReceiver(
                topics.Command, commands, onCommand, new ResponseTopics(options, commands, agent.Line, station), _answers, counters, time, log);
        }
        _sendsAnswers = _answers is not null && options.IsMqtt5;
        _signals = new SignalSender(_connection, options, topics, time, log);
        _state = new StatePublisher(
            agent, station, topics, health, counters, model, commanded ?? (() => Commanded.Nothing), beside ?? (() => ModelsBeside.None),
            audit ?? (() => null), challenges ?? (() => null), references ?? (() => ReferencesShown.None), _signals, time, log);
    }

    /// <summary>True while there is a connection.</summary>
    public bool IsConnected => _connection.Current is not null;

    /// <summary>Signals that the broker refused.</summary>
    public long SignalsRefused => _signals.Refused;

    /// <summary>Signals that the broker did not acknowledge by their deadline.</summary>
    public long SignalsUnacknowledged => _signals.Unacknowledged;

    /// <summary>Begins to connect, and to connect again for ever; does not wait for it.</summary>
    public void Start()
    {
        _health.Complain(Component, "Not connected to the broker yet.");
        _connection.Start();
        // MQTT 3.1.1 knows no response topics.
        if (_sendsAnswers)
            _answers!.Start();
        _running = Task.WhenAll(Task.Run(() => _state.Run(_connection, _options.StateInterval, _stop.Token)), Task.Run(() => Beat(_stop.Token)));
    }

    /// <summary>Waits until its connections stand.</summary>
    public async Task WaitConnected(CancellationToken stop)
    {
        await _connection.WaitConnected(stop).ConfigureAwait(false);
        if (_sendsAnswers)
            await _answers!.WaitConnected(stop).ConfigureAwait(false);
    }

    /// <inheritdoc />
    /// <remarks>Does not count the outcome: the station does.</remarks>
    public SignalOutcome Send(in Signal signal) => _signals.Send(signal);

    /// <summary>Publishes <c>state</c> soon: for changes that the health does not know, such as another model.</summary>
    public void PublishState() => _state.Due();

    /// <summary>Publishes <c>offline</c> with reason <c>stopped</c> and logs out, within the limit.</summary>
    public async Task StopAsync(TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit, _time);
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        if (_connection.Current is { } session)
            await _state.PublishStopped(session, timeout.Token).ConfigureAwait(false);
        await _connection.StopAsync(timeout.Token).ConfigureAwait(false);
        if (_answers is not null)
            await _answers.StopAsync(timeout.Token).ConfigureAwait(false);
    }

    /// <summary>Ends. Without <see cref="StopAsync"/> before, the broker publishes the last will.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        if (_commands is not null)
            await _commands.DisposeAsync().ConfigureAwait(false);
        if (_answers is not null)
            await _answers.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
        _state.Dispose();
        _signals.Dispose();
        _stop.Dispose();
    }

    private void Lose(string reason)
    {
        _signals.Lose();
        _health.Complain(Component, reason);
    }

    private void Prepare(IMqttClient client, MqttClientOptions settings)
    {
        settings.WillTopic = _topics.State;
        settings.WillPayload = _state.Will();
        settings.WillQualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce;
        settings.WillRetain = true;
        if (_parts is not null)
            client.ApplicationMessageReceivedAsync += _parts.Receive;
        if (_commands is not null)
            client.ApplicationMessageReceivedAsync += _commands.Receive;
        if (_triggers is null)
            return;
        _triggers.Reset();
        client.ApplicationMessageReceivedAsync += _triggers.Receive;
    }

    private async Task Greet(Session session, CancellationToken stop)
    {
        List<Subscribing> open = await Subscribe(Subscriptions(), session, stop).ConfigureAwait(false);
        // Not before: whoever is told "online" may trigger at once.
        _health.Withdraw(Component);
        await _state.PublishNow(session, stop).ConfigureAwait(false);
        // A cluster that has just lost a node refuses for a while what it grants a moment later; and somebody may mend the access rules.
        var pause = new ReconnectPause(_options.FirstPause, _options.LongestPause, Random.Shared);
        while (open.Count > 0)
        {
            await Task.Delay(pause.Next(), _time, stop).ConfigureAwait(false);
            open = await Subscribe(open, session, stop).ConfigureAwait(false);
        }
    }

    private List<Subscribing> Subscriptions()
    {
        var all = new List<Subscribing>();
        if (_triggers is not null)
            all.Add(new(TriggerComponent, _triggers.Subscribe));
        if (_parts is not null)
            all.Add(new(PartsComponent, _parts.Subscribe));
        if (_commands is not null)
            all.Add(new(CommandComponent, _commands.Subscribe));
        return all;
    }

    /// <summary>Gives those that the broker did not grant; the health is told of them.</summary>
    private async Task<List<Subscribing>> Subscribe(List<Subscribing> wanted, Session session, CancellationToken stop)
    {
        var open = new List<Subscribing>();
        foreach (Subscribing one in wanted)
        {
            if (await one.Make(session, stop).ConfigureAwait(false) is { } wrong)
            {
                open.Add(one);
                _health.Complain(one.Component, wrong);
            }
            else
            {
                _health.Withdraw(one.Component);
            }
        }
        return open;
    }

    private async Task Beat(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), _time);
        long count = 0;
        byte[] digits = new byte[20];
        try
        {
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
            {
                TellOfRefusedSignals();
                Utf8Formatter.TryFormat(++count, digits, out int length);
                if (_connection.Current is { } session)
                    await Beat(session, digits.AsMemory(0, length), stop).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException && stop.IsCancellationRequested)
        {
        }
    }

    /// <summary>A gate that hears nothing must not look as if all were well.</summary>
    private void TellOfRefusedSignals()
    {
        if (_signals.IsRefused)
        {
            _health.Complain(
                SignalComponent,
                $"The broker refuses the signals, and the gate hears nothing: the agent may not write to {_topics.Signal}. Check the broker's access rules.");
        }
        else
        {
            _health.Withdraw(SignalComponent);
        }
    }

    private async Task Beat(Session session, ReadOnlyMemory<byte> digits, CancellationToken stop)
    {
        try
        {
            await session.Publish(new MqttApplicationMessage { Topic = _topics.Heartbeat, Payload = new(digits) }, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !stop.IsCancellationRequested)
        {
            // A heartbeat that can't be sent is noticed where it matters: by its absence. The connection's end is reported elsewhere.
        }
    }

    /// <summary>A subscription of the station.</summary>
    /// <param name="Component">Under whose name the health is told when the broker does not grant it.</param>
    /// <param name="Make">Subscribes; gives what is wrong, or null.</param>
    private sealed record Subscribing(string Component, Func<Session, CancellationToken, Task<string?>> Make);
}
