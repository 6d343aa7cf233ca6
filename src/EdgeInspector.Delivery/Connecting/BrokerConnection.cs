using EdgeInspector.Delivery.Signals;
using EdgeInspector.Foundation.Logging;
using EdgeInspector.Foundation.Retrying;
using Microsoft.Extensions.Logging;
using MQTTnet;

namespace EdgeInspector.Delivery.Connecting;

/// <summary>
/// Keeps one connection to the broker: connects, notices its loss, pauses with jitter and connects again, forever. Every connection is a
/// new client with a clean session, so no message of an earlier connection is sent again by itself.
/// </summary>
internal sealed partial class BrokerConnection : IAsyncDisposable
{
    // A connection that stood shorter than this was no success: otherwise two clients under one id would throw each other out several times
    // a second.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan EndIsNoted = TimeSpan.FromMilliseconds(5);

    // The longest time between two looks for a broker that is away; widely jittered, so that a hundred agents do not come at the same
    // moment.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(700);

    // The longest time before the next node of a cluster is tried; jittered, since all agents of the lost node come at once.
    private static readonly TimeSpan BetweenNodes = TimeSpan.FromMilliseconds(100);

    private static readonly HashSet<MqttClientDisconnectReason> MessageFaults =
    [
        MqttClientDisconnectReason.MalformedPacket, MqttClientDisconnectReason.ProtocolError, MqttClientDisconnectReason.TopicNameInvalid,
        MqttClientDisconnectReason.PacketTooLarge, MqttClientDisconnectReason.PayloadFormatInvalid,
    ];

    private readonly MqttOptions _options;
    private readonly BrokerNodes _nodes;
    private readonly string _clientId;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly FaultLog _faults;
    private readonly CancellationTokenSource _stop = new();
    private int _disposed;
    private readonly Lock _gate = new();

    // Written under _gate by the task that runs the connection; read from anywhere.
    private volatile Session? _session;
    private TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _running = Task.CompletedTask;

    // Used only by the task that runs the connection.
    private bool _hasStood;

    public BrokerConnection(MqttOptions options, string clientId, TimeProvider time, ILogger log)
    {
        _options = options;
        _nodes = new BrokerNodes(options, time);
        _clientId = clientId;
        _time = time;
        _log = log;
        _faults = new FaultLog(log, $"The connection of {clientId} to the broker", time);
    }

    /// <summary>Adds the last will and handlers to a client that is about to connect.</summary>
    public Action<IMqttClient, MqttClientOptions>? Prepare { get; init; }

    /// <summary>Subscribes and says hello, after each connecting. A failure of this call does not end the connection.</summary>
    public Func<Session, CancellationToken, Task>? Established { get; init; }

    /// <summary>Told that there is no connection, and why in a sentence, after each failed attempt and each loss.</summary>
    public Action<ConnectionEndKind, string>? Lost { get; init; }

    /// <summary>Told that there is a connection again, before <see cref="Established"/>.</summary>
    public Action? Restored { get; init; }

    /// <summary>
    /// True: a broker that was away is found again within a second, however long it was away; after logins that the broker refuses, the
    /// pauses of the settings still hold.
    /// </summary>
    public bool IsUrgent { get; init; }

    /// <summary>Logs once what several connections meet again and again; null: this connection logs for itself.</summary>
    public BrokerFaults? Shared { get; init; }

    /// <summary>
    /// Makes the builder of the next connection; null: the library builds the connection, without a lane for signals. Set before
    /// <see cref="Start"/>.
    /// </summary>
    public Func<SignalChannelFactory>? Channels { get; set; }

    /// <summary>The connection that stands, or null.</summary>
    public Session? Current => _session;

    /// <summary>Begins to connect; does not wait for the connection.</summary>
    public void Start() => _running = Task.Run(Run);

    /// <summary>Waits until there is a connection.</summary>
    public async Task<Session> WaitConnected(CancellationToken stop)
    {
        while (true)
        {
            Task connected;
            lock (_gate)
            {
                if (_session is { Ended.IsCompleted: false } session)
                    return session;
                // A connection that has ended is removed in a moment.
                connected = _session is null ? _connected.Task : Task.Delay(EndIsNoted, _time, stop);
            }
            await connected.WaitAsync(stop).ConfigureAwait(false);
        }
    }

    /// <summary>Logs out, which makes the broker forget the last will, and ends.</summary>
    public async Task StopAsync(CancellationToken limit)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_session is { } session)
            await session.Close(limit).ConfigureAwait(false);
        await _running.ConfigureAwait(false);
    }

    /// <summary>Ends at once, without logging out.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        _session?.Abort("the agent ends");
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task Run()
    {
        // Two separate pauses: a broker that was away for hours may say once that it is not ready, and is then asked again soon.
        BackOff pause = _options.NewPauses(), whileAway = _options.NewPauses();
        CancellationToken stop = _stop.Token;
        int shortLived = 0;
        // While the broker is away, not every look is logged.
        long? quietUntil = null;
        await _nodes.Begin(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!stop.IsCancellationRequested)
        {
            string fault;
            bool isAbsence = false;
            var kind = ConnectionEndKind.Fault;
            try
            {
                long began = _time.GetTimestamp();
                Session session = await RunSession(stop).ConfigureAwait(false);
                (fault, kind) = (session.Ended.Result.Reason, ConnectionEndKind.Lost);
                quietUntil = null;
                bool settled = _time.GetElapsedTime(began) >= Settled;
                // If a connection ends soon after the login once, the broker may have gone; if that happens again and again, the cause is
                // another.
                isAbsence = settled || (shortLived == 0 && session.Carries is null);
                whileAway.Reset();
                if (settled)
                    _nodes.HasServed();
                // A message that the broker does not take must not make the others wait for long.
                if (settled || session is { HasDelivered: true, Carries: not null })
                    pause.Reset();
                if (session.Carries is { } message && session.Ended.Result.ByBroker)
                    fault += $" It was being sent {message}; perhaps the broker does not take that.";
                // Many brokers throw out the older of two clients under one id without a word.
                else if (!settled && shortLived >= 1 && !fault.Contains("Mqtt:ClientId", StringComparison.Ordinal))
                    fault += $" It happens again and again: perhaps another client uses the id \"{_clientId}\". "
                        + "Give each agent its own Mqtt:ClientId.";
                shortLived = settled || session.Carries is not null ? 0 : shortLived + 1;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (DeliveryException refused)
            {
                (fault, isAbsence) = (refused.Message, refused.IsAbsence);
                kind = refused.IsUnreachable ? ConnectionEndKind.Unreachable
                    : isAbsence ? ConnectionEndKind.NoAnswer : ConnectionEndKind.Refused;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // The loop goes on after any fault: only this loop connects again.
                fault = e.Message;
            }
            if (stop.IsCancellationRequested)
                return;
            try
            {
                if (isAbsence)
                    pause.Reset();
                // Before the fault is told: on the way to the next node not every node is logged.
                bool movesOn = _nodes.Count > 1 && await _nodes.MoveOn(stop).ConfigureAwait(false);
                TimeSpan next = movesOn ? BetweenNodes.Varied(0, 1) : (isAbsence ? whileAway : pause).Next();
                if (_nodes.Count > 1 && !movesOn)
                    fault += $" None of the {_nodes.Count} brokers in Mqtt:Host and Mqtt:OtherHosts takes the connection.";
                if (quietUntil is null || _time.GetTimestamp() >= quietUntil)
                {
                    if (Shared?.IsNews(_clientId, fault) != false)
                        _faults.Report(fault);
                    quietUntil = _time.GetTimestamp() + (long)(next.TotalSeconds * _time.TimestampFrequency);
                }
                Lost?.Invoke(kind, fault);
                // A broker that listens but has never accepted a login may be anything: the port may be wrong, or TLS may not be meant.
                // Then the pauses hold.
                if (!movesOn && IsUrgent && (kind == ConnectionEndKind.Unreachable || (isAbsence && _hasStood)))
                    await _nodes.Find(() => Soon(next), stop).ConfigureAwait(false);
                else
                    await Task.Delay(next, _time, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private static TimeSpan Soon(TimeSpan pause) => (pause < BetweenLooks ? pause : BetweenLooks).Varied(0.1, 1);

    /// <summary>Connects and stays until the connection ends.</summary>
    private async Task<Session> RunSession(CancellationToken stop)
    {
        var ended = new TaskCompletionSource<SessionEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
        SignalChannelFactory? channels = Channels?.Invoke();
        MqttOptions node = _nodes.Current;
        (IMqttClient client, MqttClientConnectResult answer) = await ClientFactory.Connect(
            node,
            _clientId,
            (fresh, settings) =>
            {
                fresh.DisconnectedAsync += e =>
                {
                    string why = ConnectFault.ExplainLoss(e, node);
                    ended.TrySetResult(new SessionEnd(why, ByBroker: true, MessageFaults.Contains(e.Reason)));
                    return Task.CompletedTask;
                };
                Prepare?.Invoke(fresh, settings);
            },
            _time,
            stop,
            channels,
            _hasStood).ConfigureAwait(false);
        _hasStood = true;
        var session = new Session(client, answer, ended, channels?.Channel, node.Address);
        lock (_gate)
        {
            _session = session;
            _connected.TrySetResult();
        }
        LogConnected(_log, _clientId, node.Address, node.Protocol);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task watching = Watch(session, over.Token);
        try
        {
            Shared?.Restored(_clientId);
            Restored?.Invoke();
            if (Established is not null)
                await Greet(session, over.Token).ConfigureAwait(false);
            await session.Ended.ConfigureAwait(false);
            return session;
        }
        finally
        {
            lock (_gate)
            {
                _session = null;
                _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
            await over.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
            client.Dispose();
        }
    }

    private async Task Greet(Session session, CancellationToken stop)
    {
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task greeting = Established!(session, lost.Token);
        await Task.WhenAny(greeting, session.Ended).ConfigureAwait(false);
        await lost.CancelAsync().ConfigureAwait(false);
        try
        {
            await greeting.ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (!session.Ended.IsCompleted && !stop.IsCancellationRequested)
                _faults.Report(e.Message);
        }
    }

    /// <summary>
    /// Asks the broker for a sign of life. The library does so only on a connection on which nothing is sent, but a heartbeat is sent every
    /// second: a pulled cable would go unnoticed until TCP gives up, which takes a quarter of an hour.
    /// </summary>
    private async Task Watch(Session session, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await Task.Delay(_options.KeepAlive, _time, stop).ConfigureAwait(false);
                await session.Ping(_options.KeepAlive, _time, stop).ConfigureAwait(false);
            }
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            session.Abort($"The connection to the broker {session.Broker} was lost: "
                + $"no answer to a ping within {_options.KeepAlive.TotalSeconds:0.###} s.");
        }
    }

    [LoggerMessage(EventId = 500, Level = LogLevel.Information, Message = "{ClientId} connected to {Broker}, MQTT {Protocol}")]
    private static partial void LogConnected(ILogger log, string clientId, string broker, string protocol);
}
