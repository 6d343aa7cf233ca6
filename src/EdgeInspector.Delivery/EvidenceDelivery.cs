using System.Collections.Concurrent;
using System.Threading.Channels;
using EdgeInspector.Delivery.Audit;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Events;
using EdgeInspector.Delivery.Images;
using EdgeInspector.Delivery.Images.Looking;
using EdgeInspector.Delivery.Journal;
using EdgeInspector.Delivery.Refused;
using EdgeInspector.Delivery.Webhooks;
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
/// stations never wait for the delivery: events go through the journal on disk, images through the spool.
/// </summary>
/// <remarks>
/// Threads: the stations call <see cref="Open"/> and <see cref="Accept"/>; one task writes events into the journal, whose thread
/// <c>journal</c> commits them; one task publishes the journal; the thread <c>images</c> encodes; one task publishes the spool;
/// the thread <c>webhooks</c> keeps what waits for webhooks, and one task sends to each. Between them stand bounded queues.
/// </remarks>
public sealed partial class EvidenceDelivery : IInspectedPartSink, IAsyncDisposable
{
    /// <summary>The component under whose name evidence complains to the stations' <see cref="StationHealth"/>.</summary>
    public const string Component = "evidence";

    internal const string ImagesComponent = "images";

    private const string ClockComponent = "clock";

    private static readonly TimeSpan CountersEvery = TimeSpan.FromSeconds(1);

    private readonly DeliveryScope _scope;
    private readonly FaultLog _lost;
    private readonly BrokerConnection _connection;
    private readonly BrokerConnection _pictures;
    private readonly bool _sendsPictures;
    private readonly DataFolderLock? _lock;
    private readonly OpenParts _open;
    private readonly EventJournal _journal;
    private readonly EventEntry _entry;
    private readonly AuditLog? _audit;
    private readonly RefusedNotices _refused;
    private readonly EventPublisher _events;
    private readonly ImageDelivery _images;
    private readonly CancellationTokenSource _stop = new();
    private IReadOnlyList<StationLink> _links = [];
    private ITimer? _counting;
    private int _disposed;

    // Refuses the newest record when full (TryWrite returns false); no reader of this queue waits for a disk, so that only a stuck process
    // fills the queue.
    private readonly Channel<Accepted> _accepted;

    // Events between their acceptance and the journal; their pictures wait meanwhile.
    private readonly ConcurrentDictionary<Guid, bool> _underWay = new();
    private Task _writing = Task.CompletedTask;
    private Task _publishing = Task.CompletedTask;
    private Task _publishingImages = Task.CompletedTask;

    /// <summary>Prepares the delivery and locks the data folder; <see cref="Start"/> connects.</summary>
    /// <param name="agent">Which agent speaks.</param>
    /// <param name="options">How evidence is kept and delivered.</param>
    /// <param name="stations">The stations by name: every station whose parts are handed to <see cref="Accept"/>; at least one.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The log.</param>
    /// <param name="faults">Logs once what several connections meet; null: each connection logs for itself.</param>
    /// <exception cref="DataFolderException">Another process uses the data folder, or the folder can't be locked.</exception>
    public EvidenceDelivery(
        AgentIdentity agent,
        EvidenceOptions options,
        IReadOnlyDictionary<string, EvidenceStation> stations,
        TimeProvider time,
        ILogger log,
        BrokerFaults? faults = null)
    {
        _scope = new DeliveryScope(agent, options.Mqtt, stations, time, log);
        string folder = Path.GetFullPath(options.DataFolder);
        _lock = TakeFolder(folder, options.WaitForFolder, log);
        _lost = new FaultLog(log, "Keeping an event", time);
        _connection = Connection(ConnectionNames.Events(options.Mqtt), ConnectionWordings.Evidence, faults);
        _pictures = Connection(ConnectionNames.Images(options.Mqtt), ConnectionWordings.Images, faults);
        _sendsPictures = options.Images.Mode == ImageMode.Spool;
        _open = new OpenParts(folder, options.Audit.Enabled, time, log);
        if (options.Audit.Enabled)
            _audit = new AuditLog(folder, options.Audit, reason => _scope.Complain(AuditLog.Component, reason), _open.Audited, time, log);
        _journal = new EventJournal(folder, options.Journal, time, log);
        _entry = new EventEntry(_scope, _journal, _open.Safe);
        News = new EvidenceNews(_scope, _entry, _audit, () => IsConnected);
        _refused = new RefusedNotices(_scope, News);
        var ties = new ImageTies(() => Beside(_pictures, _connection), IsEventWaiting, _refused.Tell, LostImages);
        _images = new ImageDelivery(_scope, _pictures, options.Images, folder, ties);
        _events = new EventPublisher(_scope, _connection, _journal, new RefusedFolder(folder))
        {
            Witness = () => Beside(_connection, _sendsPictures ? _pictures : null),
            Settled = _ => _images.EventSettled(),
            Refused = _refused.Tell,
            Lost = Lost,
        };
        if (options.Webhooks.Count > 0)
            _entry.Webhooks = new WebhookDelivery(_scope, options.Webhooks, folder, _images.Spooled, _entry.KeptForWebhooks);
        // Only now: when the disk is full, the journal asks the images for room.
        _journal.Listener = new JournalListener(
            _entry.SafeInJournal, Lost, reason => _scope.Complain(EventJournal.Component, reason), _images.FreeSpace);
        _accepted = Channel.CreateBounded<Accepted>(new BoundedChannelOptions(options.Journal.MemoryEvents) { SingleReader = true });
    }

    /// <summary>Tells of what happens beside the parts.</summary>
    public EvidenceNews News { get; }

    /// <summary>True while there is a connection.</summary>
    public bool IsConnected => _connection.Current is not null;

    /// <summary>Events that wait to be delivered.</summary>
    public long Waiting => _journal.Count;

    /// <summary>
    /// The event of a part as JSON, as it is published: for callers who brought the part by another way than the broker. Without the part's
    /// picture.
    /// </summary>
    public byte[] EventOf(InspectedPart part) => EventWriter.Finish(EventWriter.Write(part, _scope.Agent.Line, null), replayed: false);

    /// <summary>The kept pictures, for people who look at them; null where pictures are not kept (<c>Images:Mode</c>).</summary>
    public KeptPictures? Kept => _sendsPictures ? _images.Kept : null;

    /// <summary>Events committed to disk since the start.</summary>
    public long Committed => _journal.Committed;

    /// <summary>What became of the webhooks' events; empty where there are no webhooks.</summary>
    public IReadOnlyList<WebhookFigures> Webhooks => _entry.Webhooks?.Figures ?? [];

    /// <summary>The end of the audit log; null before its first entry.</summary>
    public AuditHead? AuditHead => _audit?.Head;

    /// <summary>
    /// Raised at the start for each challenge part, with its station's name, that an earlier process had in hand when it was killed; must
    /// not block.
    /// </summary>
    public event Action<string, ChallengeResult>? ChallengeRecovered;

    /// <summary>
    /// Begins to connect, and to connect again for ever; does not wait for a connection. First, parts that an earlier process left in hand
    /// become events.
    /// </summary>
    /// <param name="links">
    /// The stations' own connections. Nothing that a broker could refuse for its size travels on them, so that they tell, when a connection
    /// for evidence ends, whether the broker ended that one alone.
    /// </param>
    public void Start(IReadOnlyList<StationLink> links)
    {
        _links = links;
        MqttOptions broker = _scope.Mqtt;
        if (broker.UserName is not null && !broker.Tls.Enabled && broker.Nodes.FirstOrDefault(node => !node.IsThisMachine) is { } far)
            LogPlainPassword(_scope.Log, far.Address);
        _scope.Complain(Component, ConnectionWordings.Evidence.NotYet.Of());
        NoteAgent("started");
        TakeUpOpenParts();
        _entry.Webhooks?.Start();
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

    /// <summary>Waits until the connections stand.</summary>
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
        // Releases the picture; the other fields of the record stay readable.
        part.Dispose();
        if (_accepted.Writer.TryWrite(new Accepted(part, hasImage ? station.Topics.Image : null, picture, HeldBack: !IsConnected)))
            return;
        _underWay.TryRemove(part.Id, out _);
        station.Counters.CountEventDropped();
        _lost.Report($"the event of part {part.Part} at {part.Station} was lost: the queue is full or closed. "
            + "Its verdict is kept for the next start.");
    }

    /// <summary>
    /// Takes no more parts and brings waiting records to disk; delivers as many as possible within the limit if a connection stands within
    /// a quarter of the limit, and logs out. The next start delivers the others.
    /// </summary>
    public async Task StopAsync(TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit, _scope.Time);
        Task webhooks = Task.CompletedTask;
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
            // Beside the broker: the one does not wait for the other.
            webhooks = _entry.Webhooks?.StopAsync(limit / 4) ?? Task.CompletedTask;
            await _journal.Flush().WaitAsync(timeout.Token).ConfigureAwait(false);
            // A connection may just be coming back; a broker that is really away is not waited for, since the records are safe on disk.
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
            // The records that were not delivered are on disk.
        }
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_publishing, _publishingImages, webhooks).ConfigureAwait(false);
        await _journal.Flush().WaitAsync(TimeSpan.FromSeconds(1), _scope.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ShowJournal();
        if (_journal.Count > 0)
            LogLeft(_scope.Log, _journal.Count);
        using var farewell = new CancellationTokenSource(TimeSpan.FromSeconds(1), _scope.Time);
        await Task.WhenAll(_connection.StopAsync(farewell.Token), _pictures.StopAsync(farewell.Token)).ConfigureAwait(false);
    }

    /// <summary>Ends at once. Call <see cref="StopAsync"/> before to deliver the waiting records.</summary>
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
        if (_entry.Webhooks is { } webhooks)
            await webhooks.DisposeAsync().ConfigureAwait(false);
        _audit?.Dispose();
        _journal.Dispose();
        _open.Dispose();
        _lock?.Dispose();
        _stop.Dispose();
    }

    /// <summary>The session that stands beside one for evidence; the other connection for evidence may pause for its own message.</summary>
    private Session? Beside(BrokerConnection own, BrokerConnection? other)
    {
        // The connection to one node of a cluster tells nothing about why a connection to another node ended.
        string? broker = own.Current?.Broker;
        return _links.Select(link => link.Current).Append(other?.Current)
            .FirstOrDefault(session => session?.Broker == broker && session?.Ended.IsCompleted == false);
    }

    private static DataFolderLock? TakeFolder(string folder, TimeSpan patience, ILogger log)
    {
        try
        {
            return DataFolderLock.Take(folder, LockHolder.Agent, patience, holder => LogWaitsForFolder(log, folder, holder,
                patience.TotalSeconds));
        }
        catch (Exception e) when (DiskFault.Is(e))
        {
            // Nobody can write to the folder: the journal will say so, and parts are inspected all the same.
            return null;
        }
    }

    private BrokerConnection Connection(string name, ConnectionWordings words, BrokerFaults? faults) =>
        new(_scope.Mqtt, name, _scope.Time, _scope.Log)
        {
            Shared = faults,
            Lost = (kind, reason) => _scope.Complain(words.Component, words.Of(kind, reason)),
            Restored = () => _scope.Complain(words.Component, null),
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
            byte[] json = EventWriter.Write(part, _scope.Agent.Line, now);
            _entry.Add(new NewEvent(part.Id, part.Station, json, HeldBack: true, part.Outcome?.Kind ?? VerdictKind.None));
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
            bool heldBack = accepted.HeldBack || !IsConnected;
            _entry.Add(new NewEvent(part.Id, part.Station, json, heldBack, part.Verdict.Kind, accepted.ImageTopic is not null));
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

    private void LostImages(string station, IReadOnlyList<Guid> ids, string reason) =>
        News.Tell("imagesLost", new LostEvents(station, ids.Count, ids[0], ids[^1], reason));

    private void ShowJournal()
    {
        foreach (EvidenceStation station in _scope.Stations.Values)
            station.Waiting.SetJournal(_journal.Count, _journal.Bytes);
        _entry.Webhooks?.Look();
        _scope.Complain(ClockComponent, WallTime.Complaint(_scope.Time.GetUtcNow()));
        _refused.WithdrawOld();
    }

    private sealed record Accepted(InspectedPart Part, string? ImageTopic, Task<byte[]?> Picture, bool HeldBack);
}
