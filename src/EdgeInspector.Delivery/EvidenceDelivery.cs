using System.Collections.Concurrent;
using System.Threading.Channels;
using EdgeInspector.Delivery.Audit;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Events;
using EdgeInspector.Delivery.Images;
using EdgeInspector.Delivery.Journal;
using EdgeInspector.Delivery.Refused;
using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Clocks;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Storms;
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
/// Threads: the stations call <see cref="Open"/> and <see cref="Accept"/>; one task writes events into the journal, whose thread <c>journal</c> commits them; one task
/// publishes the journal; the thread <c>images</c> encodes; one task publishes the spool. Between them stand bounded queues.
/// </remarks>
public sealed partial class EvidenceDelivery : IInspectedPartSink, IAsyncDisposable
{
    /// <summary>The component under whose name evidence complains to the stations' <see cref="StationHealth"/>.</summary>
    public const string Component = "evidence";

    private const string ImagesComponent = "images", RefusedComponent = "refused", ClockComponent = "clock";

    private static readonly TimeSpan CountersEvery = TimeSpan.FromSeconds(1);

    // So long state tells of a message that was set aside; its event and the counter stay.
    private static readonly TimeSpan RefusalIsTold = TimeSpan.FromHours(1);

    private readonly AgentIdentity _agent;
    private readonly MqttOptions _options;
    private readonly string _dataFolder;
    private readonly IReadOnlyDictionary<string, EvidenceStation> _stations;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly FaultLog _lost;
    private readonly FaultLog _crowded;
    private readonly BrokerConnection _connection;
    private readonly BrokerConnection _pictures;
    private readonly bool _sendsPictures;
    private readonly ConcurrentDictionary<string, long> _refusedAt = new(StringComparer.Ordinal);
    private readonly DataFolderLock? _lock;
    private readonly EventJournal _journal;
    private readonly AuditLog? _audit;
    private readonly EventPublisher _events;
    private readonly ImageDelivery _images;
    private readonly CancellationTokenSource _stop = new();
    private OpenPartsFile? _openParts;
    private ITimer? _counting;
    private int _disposed;

    // Refuses the newest when full (TryWrite gives false); nothing behind it ever waits for a disk, so that only a stuck process fills it.
    private readonly Channel<Accepted> _accepted;

    // Events between their acceptance and the journal; their pictures wait.
    private readonly ConcurrentDictionary<Guid, bool> _underWay = new();

    // Parts whose entry is not in the audit log yet; true: their event is safe, and only for the log is their place among the open parts kept.
    private readonly ConcurrentDictionary<Guid, bool> _unaudited = new();
    private Task _writing = Task.CompletedTask;
    private Task _publishing = Task.CompletedTask;
    private Task _publishingImages = Task.CompletedTask;

    /// <summary>Prepares the delivery and takes the data folder for itself; <see cref="Start"/> connects.</summary>
    /// <param name="agent">Who speaks.</param>
    /// <param name="options">The broker; validated.</param>
    /// <param name="journal">The journal; validated.</param>
    /// <param name="images">The pictures; validated.</param>
    /// <param name="dataFolder">Where the journal, the open parts and the pictures are kept.</param>
    /// <param name="stations">The stations by name: every one whose parts are handed to <see cref="Accept"/>; at least one.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The log.</param>
    /// <param name="waitForFolder">How long the data folder is waited for while somebody else has it.</param>
    /// <param name="audit">The audit log; null: none is written.</param>
    /// <param name="faults">Has what several connections meet logged once; null: each logs for itself.</param>
    /// <exception cref="DeliveryException">Somebody else uses the data folder, or it can't be locked.</exception>
    public EvidenceDelivery(
        AgentIdentity agent,
        MqttOptions options,
        JournalOptions journal,
        ImageOptions images,
        string dataFolder,
        IReadOnlyDictionary<string, EvidenceStation> stations,
        TimeProvider time,
        ILogger log,
        TimeSpan waitForFolder = default,
        AuditOptions? audit = null,
        BrokerFaults? faults = null)
    {
        (_agent, _options, _stations, _time, _log) = (agent, options, stations, time, log);
        _dataFolder = Path.GetFullPath(dataFolder);
        _lock = TakeFolder(_dataFolder, waitForFolder, log);
        _lost = new FaultLog(log, "Keeping an event", time);
        _crowded = new FaultLog(log, "Noting an accepted part", time);
        _connection = new BrokerConnection(options, ConnectionNames.Events(options), time, log)
        {
            Shared = faults,
            Lost = reason => Complain(Component, reason),
            Restored = () => Complain(Component, null),
        };
        _pictures = new BrokerConnection(options, ConnectionNames.Images(options), time, log)
        {
            Shared = faults,
            Lost = reason => Complain(ImagesComponent, reason),
            Restored = () => Complain(ImagesComponent, null),
        };
        if (audit is { Enabled: true })
            _audit = new AuditLog(_dataFolder, audit, reason => Complain(AuditLog.Component, reason), Audited, time, log);
        _sendsPictures = images.Mode == ImageMode.Spool;
        // The images are made after the journal, whose thread first asks for room after the start.
        _journal = new EventJournal(_dataFolder, journal, Safe, Lost, reason => Complain(EventJournal.Component, reason), bytes => _images!.FreeSpace(bytes), time, log);
        _events = new EventPublisher(
            _connection,
            _journal,
            new RefusedFolder(_dataFolder),
            stations,
            _sendsPictures ? () => Beside(_pictures, _connection) : null,
            _ => _images!.EventSettled(),
            SetAside,
            Lost,
            options,
            time,
            log);
        _images = new ImageDelivery(
            _pictures, () => Beside(_connection, _pictures), SetAside, options, images, _dataFolder, stations, IsEventWaiting, LostImages, time, log);
        _accepted = Channel.CreateBounded<Accepted>(new BoundedChannelOptions(journal.MemoryEvents) { SingleReader = true });
    }

    /// <summary>True while there is a connection.</summary>
    public bool IsConnected => _connection.Current is not null;

    /// <summary>Events that wait to be delivered.</summary>
    public long Waiting => _journal.Count;

    /// <summary>Events committed to disk since the start.</summary>
    public long Committed => _journal.Committed;

    /// <summary>The end of the audit log; null before its first entry.</summary>
    public AuditHead? AuditHead => _audit?.Head;

    /// <summary>
    /// Raised at the start for each challenge part, by its station's name, that an earlier process had in hand when it was killed; must not block.
    /// </summary>
    public event Action<string, ChallengeResult>? ChallengeRecovered;

    /// <summary>Begins to connect, and to connect again for ever; does not wait for it. What an earlier process left in hand becomes events first.</summary>
    public void Start()
    {
        if (_options.UserName is not null && !_options.Tls.Enabled && _options.Nodes.FirstOrDefault(node => !node.IsThisMachine) is { } far)
            LogPlainPassword(_log, far.Address);
        Complain(Component, "Not connected to the broker yet.");
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
        _counting = _time.CreateTimer(_ => ShowJournal(), null, TimeSpan.Zero, CountersEvery);
    }

    /// <summary>Waits until its connections stand.</summary>
    public async Task WaitConnected(CancellationToken stop)
    {
        await _connection.WaitConnected(stop).ConfigureAwait(false);
        if (_sendsPictures)
            await _pictures.WaitConnected(stop).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public void Open(string station, Trigger trigger)
    {
        if (_openParts is { } open && !open.Note(trigger.Id, trigger.Number, station, trigger.Part, trigger.AtWall, trigger.Challenge))
            _crowded.Report($"{OpenPartsFile.Slots} parts are in hand already; part {trigger.Part} at {station} is inspected all the same, but would be forgotten if the agent were killed now.");
    }

    /// <inheritdoc />
    public void Answering(Guid id, in Verdict verdict, GateAction action, DateTimeOffset at) =>
        _openParts?.NoteAnswer(id, new OpenPartOutcome(at, verdict.Kind, verdict.Reason, action, SignalOutcome.Unknown));

    /// <inheritdoc />
    /// <exception cref="KeyNotFoundException">The part's station was not given to the constructor.</exception>
    public void Accept(InspectedPart part)
    {
        _openParts?.NoteOutcome(part.Id, new OpenPartOutcome(part.VerdictAt, part.Verdict.Kind, part.Verdict.Reason, part.Action, part.Signal));
        EvidenceStation station = _stations[part.Station];
        if (_audit is not null)
        {
            _unaudited[part.Id] = false;
            _audit.Note(part);
        }
        _underWay[part.Id] = true;
        bool hasImage = _images.TryAdd(part);
        Task<byte[]?> picture = _images.Encode(part);
        // Releases the picture; the rest of the record stays readable.
        part.Dispose();
        if (_accepted.Writer.TryWrite(new Accepted(part, hasImage ? station.Topics.Image : null, picture, HeldBack: !IsConnected)))
            return;
        _underWay.TryRemove(part.Id, out _);
        station.Counters.CountEventDropped();
        _lost.Report($"the event of part {part.Part} at {part.Station} was lost: the queue is full or closed. Its verdict is kept for the next start.");
    }

    /// <summary>
    /// Takes no more parts and brings what waits to disk; delivers what it can within the limit if there is a connection within a quarter of it, and logs out. What is not delivered
    /// by then is delivered by the next start.
    /// </summary>
    public async Task StopAsync(TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit, _time);
        _accepted.Writer.TryComplete();
        _images.Complete();
        NoteAgent("stopped");
        if (_audit is not null)
            await Task.Factory.StartNew(() => _audit.Stop(limit / 4), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        try
        {
            await _writing.WaitAsync(timeout.Token).ConfigureAwait(false);
            await _journal.Flush().WaitAsync(timeout.Token).ConfigureAwait(false);
            // A connection may just be coming back; a broker that is really away is not waited for, since what is on disk is safe.
            await ((Task)_connection.WaitConnected(timeout.Token)).WaitAsync(limit / 4, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
        await _journal.Flush().WaitAsync(TimeSpan.FromSeconds(1), _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ShowJournal();
        if (_journal.Count > 0)
            LogLeft(_log, _journal.Count);
        using var farewell = new CancellationTokenSource(TimeSpan.FromSeconds(1), _time);
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
        _openParts?.Dispose();
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
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nobody can write there: the journal will say so, and the line is inspected all the same.
            return null;
        }
    }

    private void TakeUpOpenParts()
    {
        try
        {
            _openParts = OpenPartsFile.Open(_dataFolder, _time.GetUtcNow(), out IReadOnlyList<OpenPart> left, out int torn);
            foreach (OpenPart part in left)
            {
                if (part.ChallengeResult is { } result)
                    ChallengeRecovered?.Invoke(part.Station, result);
                if (_audit is not null)
                {
                    _unaudited[part.Id] = part.IsEventSafe;
                    _audit.Note(AuditEntry.Of(part, _time.GetUtcNow()));
                }
                else if (part.IsEventSafe)
                {
                    _openParts.Forget(part.Id);
                }
                if (!part.IsEventSafe)
                    _journal.Add(part.Id, part.Station, EventTopic(part.Station), EventWriter.Write(part, _agent.Line, _time.GetUtcNow()), heldBack: true);
            }
            if (left.Count(part => !part.IsEventSafe) is > 0 and var recovered)
                LogRecovered(_log, recovered);
            if (torn > 0)
                LogTorn(_log, torn);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNoOpenParts(_log, _dataFolder, e.Message);
        }
    }

    private async Task Write()
    {
        await foreach (Accepted accepted in _accepted.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            InspectedPart part = accepted.Part;
            byte[] json = EventWriter.Write(part, _agent.Line, accepted.ImageTopic, await accepted.Picture.ConfigureAwait(false));
            _journal.Add(part.Id, part.Station, EventTopic(part.Station), json, accepted.HeldBack || !IsConnected);
            _underWay.TryRemove(part.Id, out _);
        }
    }

    private bool IsEventWaiting(Guid id) => _underWay.ContainsKey(id) || _journal.IsWaiting(id);

    // Whoever of the journal and the audit log is the later one gives the part's place back.
    private void Safe(Guid id)
    {
        // Said again when the broker has it.
        while (_unaudited.TryGetValue(id, out bool isSafe))
        {
            if (!isSafe && !_unaudited.TryUpdate(id, true, false))
                continue;
            _openParts?.NoteSafe(id);
            return;
        }
        _openParts?.Forget(id);
    }

    private void Audited(Guid id)
    {
        if (_unaudited.TryRemove(id, out bool isSafe) && isSafe)
            _openParts?.Forget(id);
    }

    /// <summary>Notes something in the audit log alone.</summary>
    public void Note(AuditEntry entry) => _audit?.Note(entry);

    private void NoteAgent(string what) => _audit?.Note(new AuditEntry("agent", _time.GetUtcNow())
    {
        What = what,
        Name = _agent.Version,
        From = _agent.Agent,
        By = Environment.UserName,
        Count = Environment.ProcessId,
    });

    private void Lost(LostEvents lost)
    {
        StationCounters counters = (lost.Station is { } name && _stations.TryGetValue(name, out EvidenceStation? station) ? station : _stations.Values.First()).Counters;
        for (long i = 0; i < lost.Count; i++)
            counters.CountEventDropped();
        LogLost(_log, lost.Count, lost.First, lost.Last, lost.Reason);
        Tell("eventsLost", lost);
    }

    private void SetAside(RefusedMessage message)
    {
        LogSetAside(_log, message.Reason, message.Kept);
        if (_stations.TryGetValue(message.Station, out EvidenceStation? station))
        {
            if (message.What == "event")
                station.Counters.CountEventRefused();
            else
                station.Counters.CountImageRefused();
            _refusedAt[message.Station] = _time.GetTimestamp();
            station.Health.Complain(RefusedComponent, $"{message.Reason} It lies in {message.Kept} in the data folder.");
        }
        if (!message.IsWorthAnEvent)
            return;
        DateTimeOffset now = _time.GetUtcNow();
        var id = WallTime.NewId(now);
        _journal.Add(id, message.Station, EventTopic(message.Station), EventWriter.Write(message, id, _agent.Line, now), heldBack: !IsConnected);
    }

    private void LostImages(string station, IReadOnlyList<Guid> ids, string reason) =>
        Tell("imagesLost", new LostEvents(station, ids.Count, ids[0], ids[^1], reason));

    /// <summary>Tells of a station's model, by an event of its own.</summary>
    public void Tell(ModelNews news)
    {
        _audit?.Note(AuditEntry.Of(news));
        var id = WallTime.NewId(_time.GetUtcNow());
        ModelNews outward = news with { Why = news.Why is null ? null : _agent.Outward(news.Why) };
        _journal.Add(id, news.Station, EventTopic(news.Station), EventWriter.Write(outward, id, _agent.Line), heldBack: !IsConnected);
    }

    /// <summary>Tells of a pause, its end or a threshold, by an event of its own.</summary>
    public void Tell(CommandNews news)
    {
        _audit?.Note(AuditEntry.Of(news));
        var id = WallTime.NewId(_time.GetUtcNow());
        _journal.Add(id, news.Station, EventTopic(news.Station), EventWriter.Write(news, id, _agent.Line), heldBack: !IsConnected);
    }

    /// <summary>Tells of a storm of rejects, by an event of its own.</summary>
    public void Tell(StormNews news, string station)
    {
        _audit?.Note(AuditEntry.Of(news, station));
        var id = WallTime.NewId(_time.GetUtcNow());
        _journal.Add(id, station, EventTopic(station), EventWriter.Write(news, id, station, _agent.Line), heldBack: !IsConnected);
    }

    /// <summary>Tells of a station's reference, by an event of its own.</summary>
    public void Tell(ReferenceNews news)
    {
        _audit?.Note(AuditEntry.Of(news));
        var id = WallTime.NewId(_time.GetUtcNow());
        _journal.Add(id, news.Station, EventTopic(news.Station), EventWriter.Write(news, id, _agent.Line), heldBack: !IsConnected);
    }

    private void Tell(string kind, LostEvents lost)
    {
        DateTimeOffset now = _time.GetUtcNow();
        var id = WallTime.NewId(now);
        string station = lost.Station ?? _stations.Keys.First();
        _journal.Add(id, station, EventTopic(station), EventWriter.Write(kind, id, lost, _agent.Line, now), heldBack: !IsConnected);
    }

    // A station that the settings no longer know has left parts behind: their events go where somebody listens.
    private string EventTopic(string station) => (_stations.TryGetValue(station, out EvidenceStation? known) ? known : _stations.Values.First()).Topics.Event;

    private void ShowJournal()
    {
        foreach (EvidenceStation station in _stations.Values)
            station.Counters.SetJournal(_journal.Count, _journal.Bytes);
        Complain(ClockComponent, WallTime.Complaint(_time.GetUtcNow()));
        foreach ((string station, long at) in _refusedAt)
        {
            if (_time.GetElapsedTime(at) > RefusalIsTold && _refusedAt.TryRemove(KeyValuePair.Create(station, at)))
                _stations[station].Health.Withdraw(RefusedComponent);
        }
    }

    private void Complain(string component, string? reason)
    {
        foreach (EvidenceStation station in _stations.Values)
        {
            if (reason is null)
                station.Health.Withdraw(component);
            else
                station.Health.Complain(component, reason);
        }
    }

    [LoggerMessage(
        EventId = 518,
        Level = LogLevel.Warning,
        Message = "The data folder '{Folder}' is in use by {Holder}. The agent waits up to {Patience} s for it, and then ends to be started again")]
    private static partial void LogWaitsForFolder(ILogger log, string folder, string holder, double patience);

    [LoggerMessage(EventId = 510, Level = LogLevel.Warning, Message = "{Count} events could not be delivered before the end; they wait on disk for the next start")]
    private static partial void LogLeft(ILogger log, long count);

    [LoggerMessage(EventId = 511, Level = LogLevel.Warning, Message = "The password for {Broker} travels in plain text; set Mqtt:Tls:Enabled")]
    private static partial void LogPlainPassword(ILogger log, string broker);

    [LoggerMessage(EventId = 517, Level = LogLevel.Error, Message = "{Reason} It lies in {Kept} in the data folder")]
    private static partial void LogSetAside(ILogger log, string reason, string kept);

    [LoggerMessage(EventId = 512, Level = LogLevel.Error, Message = "{Count} events are lost, from {First} to {Last}: {Reason}")]
    private static partial void LogLost(ILogger log, long? count, Guid? first, Guid? last, string reason);

    [LoggerMessage(EventId = 513, Level = LogLevel.Warning, Message = "The agent was killed while it had {Count} parts in hand; their events are delivered now, marked as recovered")]
    private static partial void LogRecovered(ILogger log, int count);

    [LoggerMessage(EventId = 514, Level = LogLevel.Warning, Message = "{Count} notes of parts in hand were torn and can't be read")]
    private static partial void LogTorn(ILogger log, int count);

    [LoggerMessage(EventId = 515, Level = LogLevel.Error, Message = "Parts in hand can't be noted in '{Folder}', and would be forgotten if the agent were killed: {Cause}")]
    private static partial void LogNoOpenParts(ILogger log, string folder, string cause);

    private sealed record Accepted(InspectedPart Part, string? ImageTopic, Task<byte[]?> Picture, bool HeldBack);
}
