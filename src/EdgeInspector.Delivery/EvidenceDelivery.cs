using System.Collections.Concurrent;
using System.Threading.Channels;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Events;
using EdgeInspector.Delivery.Images;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Delivery;

/// <summary>
/// Delivers the evidence of all stations, events and images, over one connection of its own. The stations never wait for it.
/// </summary>
/// <remarks>
/// Threads: the stations call <see cref="Accept"/>; one task writes events into the outbox; one task publishes the outbox; the thread <c>images</c> encodes;
/// one task publishes images. Between them stand bounded queues.
/// </remarks>
public sealed partial class EvidenceDelivery : IInspectedPartSink, IAsyncDisposable
{
    /// <summary>The component under whose name evidence complains to the stations' <see cref="StationHealth"/>.</summary>
    public const string Component = "evidence";

    private readonly AgentIdentity _agent;
    private readonly MqttOptions _options;
    private readonly IReadOnlyDictionary<string, EvidenceStation> _stations;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly FaultLog _lost;
    private readonly BrokerConnection _connection;
    private readonly EventOutbox _outbox;
    private readonly EventPublisher _events;
    private readonly ImageDelivery _images;
    private readonly CancellationTokenSource _stop = new();
    private int _disposed;

    // Refuses the newest when full (TryWrite gives false); the outbox behind it is as large, so that only a stuck process fills it.
    private readonly Channel<Accepted> _accepted;

    // Pictures whose event is not yet delivered.
    private readonly ConcurrentDictionary<Guid, bool> _awaited = new();
    private Task _writing = Task.CompletedTask;
    private Task _publishing = Task.CompletedTask;
    private Task _publishingImages = Task.CompletedTask;

    /// <summary>Prepares the delivery; <see cref="Start"/> connects.</summary>
    /// <param name="agent">Who speaks.</param>
    /// <param name="options">The broker; validated.</param>
    /// <param name="images">The pictures; validated.</param>
    /// <param name="dataFolder">Where the pictures are kept, in its folder <c>spool</c>.</param>
    /// <param name="stations">The stations by name: every one whose parts are handed to <see cref="Accept"/>.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The log.</param>
    public EvidenceDelivery(
        AgentIdentity agent,
        MqttOptions options,
        ImageOptions images,
        string dataFolder,
        IReadOnlyDictionary<string, EvidenceStation> stations,
        TimeProvider time,
        ILogger log)
    {
        (_agent, _options, _stations, _time, _log) = (agent, options, stations, time, log);
        _lost = new FaultLog(log, "Keeping an event", time);
        _connection = new BrokerConnection(options, $"{options.EffectiveClientId}-{Component}", time, log)
        {
            Lost = Complain,
            Restored = () =>
            {
                foreach (EvidenceStation station in stations.Values)
                    station.Health.Withdraw(Component);
            },
        };
        _outbox = new EventOutbox(options.EventCapacity, time);
        _events = new EventPublisher(_connection, _outbox, stations, (id, _) => Settle(id), options, time, log);
        _images = new ImageDelivery(_connection, options, images, dataFolder, stations, _awaited.ContainsKey, TellLostImages, time, log);
        _accepted = Channel.CreateBounded<Accepted>(new BoundedChannelOptions(options.EventCapacity) { SingleReader = true });
    }

    /// <summary>True while there is a connection.</summary>
    public bool IsConnected => _connection.Current is not null;

    /// <summary>Events that wait to be delivered.</summary>
    public int Waiting => _outbox.Count;

    /// <summary>Begins to connect, and to connect again for ever; does not wait for it.</summary>
    public void Start()
    {
        if (_options.UserName is not null && !_options.Tls.Enabled && _options.Host is not ("localhost" or "127.0.0.1" or "::1"))
            LogPlainPassword(_log, _options.Address);
        Complain("Not connected to the broker yet.");
        _connection.Start();
        _images.Start();
        _writing = Task.Run(Write);
        _publishing = Task.Run(() => _events.Run(_stop.Token));
        _publishingImages = Task.Run(() => _images.Run(_stop.Token));
    }

    /// <summary>Waits until there is a connection.</summary>
    public Task WaitConnected(CancellationToken stop) => _connection.WaitConnected(stop);

    /// <inheritdoc />
    public void Open(string station, Trigger trigger)
    {
    }

    /// <inheritdoc />
    /// <exception cref="KeyNotFoundException">The part's station was not given to the constructor.</exception>
    public void Accept(InspectedPart part)
    {
        EvidenceStation station = _stations[part.Station];
        _awaited[part.Id] = true;
        bool hasImage = _images.TryAdd(part);
        Task<byte[]?> picture = _images.Encode(part);
        if (!hasImage)
            _awaited.TryRemove(part.Id, out _);
        // Releases the picture; the rest of the record stays readable.
        part.Dispose();
        if (_accepted.Writer.TryWrite(new Accepted(part, hasImage ? station.Topics.Image : null, picture)))
            return;
        station.Counters.CountEventDropped();
        _lost.Report($"the event of part {part.Part} at {part.Station} was lost: the queue is full or closed.");
        Settle(part.Id);
    }

    /// <summary>Takes no more parts, delivers what waits as far as the limit allows, and logs out. What is not delivered by then is lost, and counted.</summary>
    public async Task StopAsync(TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit, _time);
        _accepted.Writer.TryComplete();
        _images.Complete();
        try
        {
            await _writing.WaitAsync(timeout.Token).ConfigureAwait(false);
            await _outbox.WaitEmpty().WaitAsync(timeout.Token).ConfigureAwait(false);
            await _publishingImages.WaitAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            LogLost(_log, _outbox.Count, limit.TotalSeconds);
        }
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_publishing, _publishingImages).ConfigureAwait(false);
        for (OutboxEvent? left = _outbox.Peek(0); left is not null; left = _outbox.Peek(left.Position))
            _stations[left.Station].Counters.CountEventDropped();
        using var farewell = new CancellationTokenSource(TimeSpan.FromSeconds(1), _time);
        await _connection.StopAsync(farewell.Token).ConfigureAwait(false);
    }

    /// <summary>Ends at once. Call <see cref="StopAsync"/> before to deliver what waits.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        _accepted.Writer.TryComplete();
        _images.Complete();
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_writing, _publishing, _publishingImages).ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task Write()
    {
        await foreach (Accepted accepted in _accepted.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            InspectedPart part = accepted.Part;
            byte[] json = EventWriter.Write(part, _agent.Line, accepted.ImageTopic, await accepted.Picture.ConfigureAwait(false));
            if (_outbox.Add(part.Id, part.Station, json, heldBack: !IsConnected) is not { } lost)
                continue;
            _stations[lost.Station].Counters.CountEventDropped();
            _lost.Report($"the broker has been away for so long that the oldest event ({lost.Id}) had to be given up. Raise Mqtt:EventCapacity, or mend the connection.");
            Settle(lost.Id);
        }
    }

    private void Settle(Guid id)
    {
        if (_awaited.TryRemove(id, out _))
            _images.EventSettled();
    }

    // Until events have a journal that can carry it, the log tells of the loss.
    private void TellLostImages(string station, IReadOnlyList<Guid> ids, string reason) => LogImagesLost(_log, ids.Count, station, ids[0], ids[^1], reason);

    private void Complain(string reason)
    {
        foreach (EvidenceStation station in _stations.Values)
            station.Health.Complain(Component, reason);
    }

    [LoggerMessage(EventId = 510, Level = LogLevel.Error, Message = "{Count} events could not be delivered within {Seconds} s of stopping and are lost")]
    private static partial void LogLost(ILogger log, int count, double seconds);

    [LoggerMessage(EventId = 511, Level = LogLevel.Warning, Message = "The password for {Broker} travels in plain text; set Mqtt:Tls:Enabled")]
    private static partial void LogPlainPassword(ILogger log, string broker);

    [LoggerMessage(EventId = 512, Level = LogLevel.Warning, Message = "{Count} pictures of {Station} are lost, of the events {First} to {Last}: {Reason}")]
    private static partial void LogImagesLost(ILogger log, int count, string station, Guid first, Guid last, string reason);

    private sealed record Accepted(InspectedPart Part, string? ImageTopic, Task<byte[]?> Picture);
}
