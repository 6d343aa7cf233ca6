using System.Collections.Concurrent;
using System.Threading.Channels;
using EdgeInspector.Delivery.Audit;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Events;
using EdgeInspector.Delivery.Images;
using EdgeInspector.Delivery.Journal;
using EdgeInspector.Delivery.Refused;
using EdgeInspector.Foundation.Clocks;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Logging;
using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Delivery;

/// <summary>
/// Delivers the evidence of all stations, events and images, each over a connection of its own: no event waits behind a picture. The
/// stations never wait for it:
/// events go through the journal on disk, images through the spool.
/// </summary>
/// <remarks>
/// Threads: the stations call <see cref="Open"/> and <see cref="Accept"/>; one task writes events into the journal, whose thread
/// <c>journal</c> commits them; one task publishes the journal; the thread <c>images</c> encodes; one task publishes the spool.
/// Between them stand bounded queues.
/// </remarks>
public sealed partial class EvidenceDelivery : IInspectedPartSink, IAsyncDisposable
{
    /// <summary>The component under whose name evidence complains to the stations' <see cref="StationHealth"/>.</summary>
    public const string Component = "evidence";

    private const string ImagesComponent = "images", RefusedComponent = "refused", ClockComponent = "clock";

    private static readonly TimeSpan CountersEvery = TimeSpan.FromSeconds(1);

    // So long state tells of a message that was set aside; its event and the counter stay.
    private static readonly TimeSpan RefusalIsTold = TimeSpan.FromHours(1);

    private readonly EvidenceOptions _options;
    private readonly DeliveryScope _scope;
    private readonly FaultLog _lost;
    private readonly BrokerConnection _connection;
    private readonly BrokerConnection _pictures;
    private readonly bool _sendsPictures;
    private readonly ConcurrentDictionary<string, long> _refusedAt = new(StringComparer.Ordinal);
    private readonly DataFolderLock? _lock;
    private readonly OpenParts _open;
    private readonly EventJournal _journal;
    private readonly AuditLog? _audit;
    private readonly EventPublisher _events;
    private readonly ImageDelivery _images;
    private readonly CancellationTokenSource _stop = new();
    private ITimer? _counting;
    private int _disposed;

    // Refuses the newest when full (TryWrite gives false); nothing behind it ever waits for a disk, so that only a stuck process fills it.
    private readonly Channel<Accepted> _accepted;

    // Events between their acceptance and the journal; their pictures wait.
    private readonly ConcurrentDictionary<Guid, bool> _underWay = new();
    private Task _writing = Task.CompletedTask;
    private Task _publishing = Task.CompletedTask;
    private Task _publishingImages = Task.CompletedTask;

    /// <summary>Prepares the delivery and takes the data folder for itself; <see cref="Start"/> connects.</summary>
    /// <param name="agent">Who speaks.</param>
    /// <param name="options">How evidence is kept and delivered.</param>
    /// <param name="stations">The stations by name: every one whose parts are handed to <see cref="Accept"/>; at least one.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The log.</param>
    /// <param name="faults">Has what several connections meet logged once; null: each logs for itself.</param>
    /// <exception cref="DataFolderException">Somebody else uses the data folder, or it can't be locked.</exception>
    public EvidenceDelivery(
        AgentIdentity agent,
        EvidenceOptions options,
        IReadOnlyDictionary<string, EvidenceStation> stations,
        TimeProvider time,
        ILogger log,
        BrokerFaults? faults = null)
    {
        _options = options with { DataFolder = Path.GetFullPath(options.DataFolder) };
        _scope = new DeliveryScope(agent, options.Mqtt, stations, time, log);
        string folder = _options.DataFolder;
        _lock = TakeFolder(folder, options.WaitForFolder, log);
        _lost = new FaultLog(log, "Keeping an event", time);
        _connection = Connection(ConnectionNames.Events(options.Mqtt), Component, faults);
        _pictures = Connection(ConnectionNames.Images(options.Mqtt), ImagesComponent, faults);
        _sendsPictures = options.Images.Mode == ImageMode.Spool;
        _open = new OpenParts(folder, options.Audit.Enabled, time, log);
        if (options.Audit.Enabled)
            _audit = new AuditLog(folder, options.Audit, reason => _scope.Complain(AuditLog.Component, reason), _open.Audited, time, log);
        _journal = new EventJournal(folder, options.Journal, time, log);
        News = new EvidenceNews(_scope, _journal, _audit, () => IsConnected);
        var ties = new ImageTies(() => Beside(_connection, _pictures), IsEventWaiting, SetAside, LostImages);
        _images = new ImageDelivery(_scope, _pictures, options.Images, folder, ties);
        _events = new EventPublisher(_scope, _connection, _journal, new RefusedFolder(folder))
        {
            Witness = _sendsPictures ? () => Beside(_pictures, _connection) : null,
            Settled = _ => _images.EventSettled(),
            Refused = SetAside,
            Lost = Lost,
        };
        // Not before: when the disk is full, the journal asks the pictures to make room.
        _journal.Listener = new JournalListener(
            _open.Safe, Lost, reason => _scope.Complain(EventJournal.Component, reason), _images.FreeSpace);
        _accepted = Channel.CreateBounded<Accepted>(new BoundedChannelOptions(options.Journal.MemoryEvents) { SingleReader = true });
    }

    /// <summary>Tells of what happens beside the parts.</summary>
    public EvidenceNews News { get; }

    /// <summary>True while there is a connection.</summary>
    public bool IsConnected => _connection.Current is not null;

    /// <summary>Events that wait to be delivered.</summary>
    public long Waiting => _journal.Count;

    /// <summary>Events committed to disk since the start.</summary>
    public long Committed => _journal.Committed;

    /// <summary>The end of the audit log; null before its first entry.</summary>
    public AuditHead? AuditHead => _audit?.Head;

    /// <summary>
    /// Raised at the start for each challenge part, by its station's name, that an earlier process had in hand when
    /// it was killed; must not block.
    /// </summary>
    public event Action<string, ChallengeResult>? ChallengeRecovered;

    /// <summary>
    /// Begins to connect, and to connect again for ever; does not wait for it. What an earlier process left in hand becomes events first.
    /// </summary>
    public void Start()
    {
        MqttOptions broker = _options.Mqtt;
        if (broker.UserName is not null && !broker.Tls.Enabled && broker.Nodes.FirstOrDefault(node => !node.IsThisMachine) is { } far)
            LogPlainPassword(_scope.Log, far.Address);
        _scope.Complain(Component, "Not connected to the broker yet.");
        NoteAgent("started");
        TakeUpOpenParts();
        _audit?.Start();
        _journal.Start();
        _connection.Start();
        if (_sendsPictures)
            _pictures.Start();
        _images.Start();
        _writing = Task.Run(Write);
        _publishing = Task.Run(() => _events.Run(_stop.Token));
        _publishingImages = Task.Run(() => _images.Run(_stop.Token));
        _counting = _scope.Time.CreateTimer(_ => ShowJournal(), null, TimeSpan.Zero, CountersEvery);
    }

    /// <summary>Waits until its connections stand.</summary>
    public async Task WaitConnected(CancellationToken stop)
    {
        await _connection.WaitConnected(stop).ConfigureAwait(false);
        if (_sendsPictures)
            await _pictures.WaitConnected(stop).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public void Open(string station, Trigger trigger) => _open.Open(station, trigger);

    /// <inheritdoc />
    public void Answering(Guid id, in Verdict verdict, GateAction action, DateTimeOffset at) => _open.Answering(id, verdict, action, at);

    /// <inheritdoc />
    /// <exception cref="KeyNotFoundException">The part's station was not given to the constructor.</exception>
    public void Accept(InspectedPart part)
    {
        _open.Close(part);
        EvidenceStation station = _scope.Stations[part.Station];
        _audit?.Note(part);
        _underWay[part.Id] = true;
        bool hasImage = _images.TryAdd(part);
        Task<byte[]?> picture = _images.Encode(part);
        // Releases the picture; the rest of the record stays readable.
        part.Dispose();
        if (_accepted.Writer.TryWrite(new Accepted(part, hasImage ? station.Topics.Image : null, picture, HeldBack: !IsConnected)))
            return;
        _underWay.TryRemove(part.Id, out _);
        station.Counters.CountEventDropped();
        _lost.Report($"the event of part {part.Part} at {part.Station} was lost: the queue is full or closed. "
            + "Its verdict is kept for the next start.");
    }

    /// <summary>
    /// Takes no more parts and brings what waits to disk; delivers what it can within the limit if there is a connection within a quarter
    /// of it, and logs out. What is not delivered by then is delivered by the next start.
    /// </summary>
    public async Task StopAsync(TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit, _scope.Time);
        _accepted.Writer.TryComplete();
        _images.Complete();
        NoteAgent("stopped");
        if (_audit is not null)
            await Task.Factory.StartNew(
                () => _audit.Stop(limit / 4),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default).ConfigureAwait(false);
        try
        {
            await _writing.WaitAsync(timeout.Token).ConfigureAwait(false);
            await _journal.Flush().WaitAsync(timeout.Token).ConfigureAwait(false);
            // A connection may just be coming back; a broker that is really away is not waited for, since what is on disk is safe.
            await ((Task)_connection.WaitConnected(timeout.Token)).WaitAsync(limit / 4, _scope.Time).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing);
            if (IsConnected)
            {
                await _journal.WaitEmpty().WaitAsync(timeout.Token).ConfigureAwait(false);
                await _publishingImages.WaitAsync(timeout.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // What is left is on disk.
        }
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_publishing, _publishingImages).ConfigureAwait(false);
        await _journal.Flush().WaitAsync(TimeSpan.FromSeconds(1), _scope.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ShowJournal();
        if (_journal.Count > 0)
            LogLeft(_scope.Log, _journal.Count);
        using var farewell = new CancellationTokenSource(TimeSpan.FromSeconds(1), _scope.Time);
        await Task.WhenAll(_connection.StopAsync(farewell.Token), _pictures.StopAsync(farewell.Token)).ConfigureAwait(false);
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
        await _pictures.DisposeAsync().ConfigureAwait(false);
        if (_counting is not null)
            await _counting.DisposeAsync().ConfigureAwait(false);
        _audit?.Dispose();
        _journal.Dispose();
        _open.Dispose();
        _lock?.Dispose();
        _stop.Dispose();
    }

    // What ends a connection to one node of a cluster can't be told by one to another node.
    private static Session? Beside(BrokerConnection other, BrokerConnection own) =>
        other.Current is { } session && session.Broker == own.Current?.Broker ? session : null;

    private static DataFolderLock? TakeFolder(string folder, TimeSpan patience, ILogger log)
    {
        try
        {
            return DataFolderLock.Take(folder, LockHolder.Agent, patience, holder => LogWaitsForFolder(log, folder, holder,
                patience.TotalSeconds));
        }
        catch (Exception e) when (DiskFault.Is(e))
        {
            // Nobody can write there: the journal will say so, and the line is inspected all the same.
            return null;
        }
    }

    private BrokerConnection Connection(string name, string component, BrokerFaults? faults) =>
        new(_scope.Mqtt, name, _scope.Time, _scope.Log)
        {
            Shared = faults,
            Lost = reason => _scope.Complain(component, reason),
            Restored = () => _scope.Complain(component, null),
        };

    private void TakeUpOpenParts()
    {
        int recovered = 0;
        foreach (OpenPart part in _open.TakeUp())
        {
            if (part.ChallengeResult is { } result)
                ChallengeRecovered?.Invoke(part.Station, result);
            DateTimeOffset now = _scope.Time.GetUtcNow();
            _audit?.Note(AuditEntry.Of(part, now));
            if (part.IsEventSafe)
                continue;
            _journal.Add(part.Id, part.Station, EventTopic(part.Station), EventWriter.Write(part, _scope.Agent.Line, now), heldBack: true);
            recovered++;
        }
        if (recovered > 0)
            LogRecovered(_scope.Log, recovered);
    }

    private async Task Write()
    {
        await foreach (Accepted accepted in _accepted.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            InspectedPart part = accepted.Part;
            byte[] json = EventWriter.Write(part, _scope.Agent.Line, accepted.ImageTopic, await accepted.Picture.ConfigureAwait(false));
            _journal.Add(part.Id, part.Station, EventTopic(part.Station), json, accepted.HeldBack || !IsConnected);
            _underWay.TryRemove(part.Id, out _);
        }
    }

    private bool IsEventWaiting(Guid id) => _underWay.ContainsKey(id) || _journal.IsWaiting(id);

    private void NoteAgent(string what) => _audit?.Note(new AuditEntry("agent", _scope.Time.GetUtcNow())
    {
        What = what,
        Name = _scope.Agent.Version,
        From = _scope.Agent.Agent,
        By = Environment.UserName,
        Count = Environment.ProcessId,
    });

    private void Lost(LostEvents lost)
    {
        StationCounters counters = _scope.StationOrFirst(lost.Station).Counters;
        for (long i = 0; i < lost.Count; i++)
            counters.CountEventDropped();
        LogLost(_scope.Log, lost.Count, lost.First, lost.Last, lost.Reason);
        News.Tell("eventsLost", lost);
    }

    private void SetAside(RefusedMessage message)
    {
        LogSetAside(_scope.Log, message.Reason, message.Kept);
        if (_scope.Stations.TryGetValue(message.Station, out EvidenceStation? station))
        {
            if (message.What == "event")
                station.Counters.CountEventRefused();
            else
                station.Counters.CountImageRefused();
            _refusedAt[message.Station] = _scope.Time.GetTimestamp();
            station.Health.Complain(RefusedComponent, $"{message.Reason} It lies in {message.Kept} in the data folder.");
        }
        if (message.IsWorthAnEvent)
            News.Tell(message);
    }

    private void LostImages(string station, IReadOnlyList<Guid> ids, string reason) =>
        News.Tell("imagesLost", new LostEvents(station, ids.Count, ids[0], ids[^1], reason));

    private string EventTopic(string station) => _scope.StationOrFirst(station).Topics.Event;

    private void ShowJournal()
    {
        foreach (EvidenceStation station in _scope.Stations.Values)
            station.Waiting.SetJournal(_journal.Count, _journal.Bytes);
        _scope.Complain(ClockComponent, WallTime.Complaint(_scope.Time.GetUtcNow()));
        foreach ((string station, long at) in _refusedAt)
        {
            if (_scope.Time.GetElapsedTime(at) > RefusalIsTold && _refusedAt.TryRemove(KeyValuePair.Create(station, at)))
                _scope.Stations[station].Health.Withdraw(RefusedComponent);
        }
    }

    [LoggerMessage(
        EventId = 518,
        Level = LogLevel.Warning,
        Message = "The data folder '{Folder}' is in use by {Holder}. The agent waits up to {Patience} s for it, "
            + "and then ends to be started again")]
    private static partial void LogWaitsForFolder(ILogger log, string folder, string holder, double patience);

    [LoggerMessage(EventId = 510, Level = LogLevel.Warning,
        Message = "{Count} events could not be delivered before the end; they wait on disk for the next start")]
    private static partial void LogLeft(ILogger log, long count);

    [LoggerMessage(EventId = 511, Level = LogLevel.Warning,
        Message = "The password for {Broker} travels in plain text; set Mqtt:Tls:Enabled")]
    private static partial void LogPlainPassword(ILogger log, string broker);

    [LoggerMessage(EventId = 517, Level = LogLevel.Error, Message = "{Reason} It lies in {Kept} in the data folder")]
    private static partial void LogSetAside(ILogger log, string reason, string kept);

    [LoggerMessage(EventId = 512, Level = LogLevel.Error, Message = "{Count} events are lost, from {First} to {Last}: {Reason}")]
    private static partial void LogLost(ILogger log, long? count, Guid? first, Guid? last, string reason);

    [LoggerMessage(EventId = 513, Level = LogLevel.Warning,
        Message = "The agent was killed while it had {Count} parts in hand; their events are delivered now, marked as recovered")]
    private static partial void LogRecovered(ILogger log, int count);

    private sealed record Accepted(InspectedPart Part, string? ImageTopic, Task<byte[]?> Picture, bool HeldBack);
}
