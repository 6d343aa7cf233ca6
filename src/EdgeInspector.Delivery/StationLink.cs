using System.Buffers.Text;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Signals;
using EdgeInspector.Delivery.State;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Verdicts;
using MQTTnet;
using MQTTnet.Protocol;

namespace EdgeInspector.Delivery;

/// <summary>
/// One station's own connection to the broker: signals out, triggers in, heartbeat, and <c>state</c> with the last will. Nothing large ever
/// travels on it, so that a signal never waits behind a picture; nor do messages that a stranger could shape: answers to commands have a
/// connection of their own.
/// </summary>
public sealed class StationLink : ISignaller, IAsyncDisposable
{
    /// <summary>The component under whose name this link complains to <see cref="StationHealth"/>.</summary>
    public const string Component = "broker";

    internal const string SignalComponent = "signal";

    private readonly AgentIdentity _agent;
    private readonly StationScope _station;
    private readonly StationTopics _topics;
    private readonly MqttOptions _options;
    private readonly BrokerFaults? _faults;
    private readonly BrokerConnection _connection;
    private readonly SignalSender _signals;
    private readonly StatePublisher _state;
    private readonly CancellationTokenSource _stop = new();
    private StationReceivers? _receivers;
    private int _disposed;
    private Task _running = Task.CompletedTask;

    /// <summary>Prepares the link; <see cref="Start"/> connects the link.</summary>
    /// <param name="agent">Which agent speaks.</param>
    /// <param name="station">
    /// The station: its health is told when the broker is away; health and counters are read for <c>state</c>.
    /// </param>
    /// <param name="topics">The station's topics, from <see cref="StationTopics.ForAll"/>.</param>
    /// <param name="options">The broker; validated.</param>
    /// <param name="faults">Logs once what several connections meet; null: each connection logs for itself.</param>
    public StationLink(AgentIdentity agent, StationScope station, StationTopics topics, MqttOptions options, BrokerFaults? faults = null)
    {
        (_agent, _station, _topics, _options, _faults) = (agent, station, topics, options, faults);
        _connection = new BrokerConnection(options, ConnectionNames.Station(options, station.Name), station.Time, station.Log)
        {
            IsUrgent = true,
            Shared = faults,
            Prepare = Prepare,
            Established = Greet,
            Lost = Lose,
        };
        _signals = new SignalSender(_connection, options, topics, station.Time, station.Log);
        _state = new StatePublisher(agent, station, topics, _signals);
    }

    /// <summary>True while there is a connection.</summary>
    public bool IsConnected => _connection.Current is not null;

    /// <summary>The connection that stands, or null.</summary>
    internal Session? Current => _connection.Current;

    /// <summary>Signals that the broker refused.</summary>
    public long SignalsRefused => _signals.Refused;

    /// <summary>Signals that the broker did not acknowledge by their deadline.</summary>
    public long SignalsUnacknowledged => _signals.Unacknowledged;

    /// <summary>Begins to connect, and to connect again for ever; does not wait for a connection.</summary>
    /// <param name="inputs">The functions that take the broker's messages.</param>
    /// <param name="sources">Where <c>state</c> gets its contents other than health and counters.</param>
    public void Start(StationInputs inputs, StateSources sources)
    {
        _station.Health.Complain(ConnectionWordings.Broker.NotYet.Of());
        _receivers = new StationReceivers(_agent, _station, _topics, _options, inputs, _faults);
        _state.Sources = sources;
        _connection.Start();
        _receivers.Start();
        _running = Task.WhenAll(
            Task.Run(() => _state.Run(_connection, _options.StateInterval, _stop.Token)), Task.Run(() => Beat(_stop.Token)));
    }

    /// <summary>Waits until the connections stand.</summary>
    public async Task WaitConnected(CancellationToken stop)
    {
        await _connection.WaitConnected(stop).ConfigureAwait(false);
        if (_receivers is not null)
            await _receivers.WaitConnected(stop).ConfigureAwait(false);
    }

    /// <inheritdoc />
    /// <remarks>Does not count the outcome: the station does.</remarks>
    public SignalOutcome Send(in Signal signal) => _signals.Send(signal);

    /// <summary>Publishes <c>state</c> soon: for changes that the health does not know, such as another model.</summary>
    public void PublishState() => _state.Due();

    /// <summary>Publishes <c>offline</c> with reason <c>stopped</c> and logs out, within the limit.</summary>
    public async Task StopAsync(TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit, _station.Time);
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        if (_connection.Current is { } session)
            await _state.PublishStopped(session, timeout.Token).ConfigureAwait(false);
        await _connection.StopAsync(timeout.Token).ConfigureAwait(false);
        if (_receivers is not null)
            await _receivers.StopAsync(timeout.Token).ConfigureAwait(false);
    }

    /// <summary>Ends the link. Without <see cref="StopAsync"/> before, the broker publishes the last will.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        if (_receivers is not null)
            await _receivers.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
        _state.Dispose();
        _signals.Dispose();
        _stop.Dispose();
    }

    private void Lose(ConnectionEndKind kind, string reason)
    {
        _signals.Lose();
        _station.Health.Complain(ConnectionWordings.Broker.Of(kind, reason));
    }

    private void Prepare(IMqttClient client, MqttClientOptions settings)
    {
        settings.WillTopic = _topics.State;
        settings.WillPayload = _state.Will();
        settings.WillQualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce;
        settings.WillRetain = true;
        _receivers!.ListenTo(client);
    }

    private async Task Greet(Session session, CancellationToken stop)
    {
        List<StationReceivers.Subscribing> open =
            await _receivers!.Subscribe(_receivers.Subscriptions, session, stop).ConfigureAwait(false);
        // Only now: whoever is told "online" may trigger at once.
        _station.Health.Withdraw(Component);
        await _state.PublishNow(session, stop).ConfigureAwait(false);
        // A cluster that has just lost a node refuses subscriptions for a while that it grants a moment later; and somebody may correct the
        // access rules.
        var pause = _options.NewPauses();
        while (open.Count > 0)
        {
            await Task.Delay(pause.Next(), _station.Time, stop).ConfigureAwait(false);
            open = await _receivers.Subscribe(open, session, stop).ConfigureAwait(false);
        }
    }

    private async Task Beat(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), _station.Time);
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

    /// <summary>Complains while the broker refuses signals: if the gate hears nothing, the station must not look well.</summary>
    private void TellOfRefusedSignals()
    {
        if (_signals.IsRefused)
            _station.Health.Complain(DeliveryWordings.SignalRefused.Of(_topics.Signal));
        else
            _station.Health.Withdraw(SignalComponent);
    }

    private async Task Beat(Session session, ReadOnlyMemory<byte> digits, CancellationToken stop)
    {
        try
        {
            await session.Publish(
                new MqttApplicationMessage { Topic = _topics.Heartbeat, Payload = new(digits) }, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !stop.IsCancellationRequested)
        {
            // If a heartbeat can't be sent, its absence is noticed at the PLC. The end of the connection is reported elsewhere.
        }
    }
}
