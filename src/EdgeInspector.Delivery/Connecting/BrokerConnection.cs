using EdgeInspector.Delivery.Signals;
using EdgeInspector.Inspection.Stations;
using Microsoft.Extensions.Logging;
using MQTTnet;

namespace EdgeInspector.Delivery.Connecting;

/// <summary>
/// Keeps one connection to the broker: connects, notices its loss, pauses with jitter and connects again, forever. Every connection is a new client
/// with a clean session, so nothing of an earlier one can be sent again by itself.
/// </summary>
internal sealed partial class BrokerConnection : IAsyncDisposable
{
    // A connection that stood shorter than this was not a success: two clients under one id would otherwise throw each other out several times a second.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(5);

    private readonly MqttOptions _options;
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

    public BrokerConnection(MqttOptions options, string clientId, TimeProvider time, ILogger log)
    {
        _options = options;
        _clientId = clientId;
        _time = time;
        _log = log;
        _faults = new FaultLog(log, $"Connecting {clientId} to the broker", time);
    }

    /// <summary>Adds the last will and handlers to a client that is about to connect.</summary>
    public Action<IMqttClient, MqttClientOptions>? Prepare { get; init; }

    /// <summary>Subscribes and says hello, after each connecting. A failure here does not end the connection.</summary>
    public Func<Session, CancellationToken, Task>? Established { get; init; }

    /// <summary>Told in a sentence that there is no connection, after each failed attempt and each loss.</summary>
    public Action<string>? Lost { get; init; }

    /// <summary>Told that there is a connection again, before <see cref="Established"/>.</summary>
    public Action? Restored { get; init; }

    /// <summary>Makes what builds the next connection; null: built by the library, without a lane for signals. Set before <see cref="Start"/>.</summary>
    public Func<SignalChannelFactory>? Channels { get; set; }

    /// <summary>The connection that stands, or null.</summary>
    public Session? Current => _session;

    /// <summary>Begins to connect; does not wait for it.</summary>
    public void Start() => _running = Task.Run(Run);

    /// <summary>Waits until there is a connection.</summary>
    public async Task<Session> WaitConnected(CancellationToken stop)
    {
        while (true)
        {
            Task connected;
            lock (_gate)
            {
                if (_session is { } session)
                    return session;
                connected = _connected.Task;
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
        var pause = new ReconnectPause(_options.FirstPause, _options.LongestPause, Random.Shared);
        CancellationToken stop = _stop.Token;
        int shortLived = 0;
        while (!stop.IsCancellationRequested)
        {
            string fault;
            try
            {
                long began = _time.GetTimestamp();
                fault = await RunSession(stop).ConfigureAwait(false);
                bool settled = _time.GetElapsedTime(began) >= Settled;
                shortLived = settled ? 0 : shortLived + 1;
                if (settled)
                    pause.Reset();
                // Many brokers throw out the elder of two clients under one id without a word.
                else if (shortLived >= 2 && !fault.Contains("Mqtt:ClientId", StringComparison.Ordinal))
                    fault += $" It happens again and again: perhaps another client uses the id \"{_clientId}\". Give each agent its own Mqtt:ClientId.";
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // Whatever it was: this loop is the only one who ever connects again.
                fault = e.Message;
            }
            if (stop.IsCancellationRequested)
                return;
            _faults.Report(fault);
            try
            {
                Lost?.Invoke(fault);
                await Task.Delay(pause.Next(), _time, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Connects and stays until the connection ends; gives the reason.</summary>
    private async Task<string> RunSession(CancellationToken stop)
    {
        var ended = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        SignalChannelFactory? channels = Channels?.Invoke();
        (IMqttClient client, MqttClientConnectResult answer) = await ClientFactory.Connect(
            _options,
            _clientId,
            (fresh, settings) =>
            {
                fresh.DisconnectedAsync += e =>
                {
                    ended.TrySetResult(ConnectFault.ExplainLoss(e, _options));
                    return Task.CompletedTask;
                };
                Prepare?.Invoke(fresh, settings);
            },
            _time,
            stop,
            channels).ConfigureAwait(false);
        var session = new Session(client, answer, ended, channels?.Channel);
        lock (_gate)
        {
            _session = session;
            _connected.TrySetResult();
        }
        LogConnected(_log, _clientId, _options.Address, _options.Protocol);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task watching = Watch(session, over.Token);
        try
        {
            Restored?.Invoke();
            if (Established is not null)
                await Greet(session, over.Token).ConfigureAwait(false);
            return await session.Ended.WaitAsync(CancellationToken.None).ConfigureAwait(false);
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
    /// Asks the broker for a sign of life. The library itself only does so on a connection on which nothing is sent, and a heartbeat is sent every second:
    /// a pulled cable would go unnoticed until TCP gives up, which takes a quarter of an hour.
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
            session.Abort($"The connection to the broker {_options.Address} was lost: no answer to a ping within {_options.KeepAlive.TotalSeconds:0.###} s.");
        }
    }

    [LoggerMessage(EventId = 500, Level = LogLevel.Information, Message = "{ClientId} connected to {Broker}, MQTT {Protocol}")]
    private static partial void LogConnected(ILogger log, string clientId, string broker, string protocol);
}
