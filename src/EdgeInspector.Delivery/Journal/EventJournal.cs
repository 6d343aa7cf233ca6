using EdgeInspector.Foundation.Retrying;
using EdgeInspector.Inspection.Stations;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Delivery.Journal;

/// <summary>
/// Keeps events in order on disk until the broker has acknowledged them. What cannot be written waits in memory, bounded,
/// and is published from there; it goes to disk as soon as the disk is well again. Thread-safe; one reader.
/// </summary>
/// <remarks>
/// Events pass three places, in this order of age: the file holds what is committed; the window is the file's beginning in memory,
/// as much as the reader needs at a time; what is fresh is not on disk yet. Window and what is fresh lie in <see cref="JournalMemory"/>.
/// The thread <c>journal</c> alone writes: it commits what has gathered in one transaction, so many events share one flush of the disk,
/// and nobody waits for it. The reader sees an event once it is committed, or, while the disk is not usable, at once.
/// </remarks>
internal sealed partial class EventJournal : IDisposable
{
    /// <summary>The component under whose name the journal complains to the stations' <see cref="StationHealth"/>.</summary>
    public const string Component = "journal";

    private const int MostInCommit = 512;

    // Acknowledged events are forgotten on disk so much later, many at once: to deliver one twice after a crash is allowed,
    // to flush the disk for each is dear.
    private static readonly TimeSpan ForgetWithin = TimeSpan.FromMilliseconds(200);

    private readonly string _path;
    private readonly JournalOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Thread _thread;

    private readonly JournalMemory _memory;

    // Under the gate
    private readonly Lock _gate = new();
    private bool _stopping;
    private TaskCompletionSource? _flushed;

    // Under its own gate, which may be held through a flush of the disk
    private readonly Lock _fileGate = new();
    private JournalFile? _file;

    // The journal's thread
    private readonly AutoResetEvent _work = new(false);
    private JournalRescue.Outcome? _rescued;
    private string? _standing;
    private string? _complaint;
    private readonly BackOff _pauses = new(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(5));
    private TimeSpan _pause;
    private long _failedAt;
    private long _bytes;

    /// <summary>Prepares the journal; <see cref="Start"/> opens it.</summary>
    /// <param name="dataFolder">Where <c>journal.db</c> lies.</param>
    /// <param name="options">Limits; validated.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The log.</param>
    public EventJournal(string dataFolder, JournalOptions options, TimeProvider time, ILogger log)
    {
        _path = Path.GetFullPath(Path.Combine(dataFolder, JournalFile.FileName));
        (_options, _time, _log) = (options, time, log);
        _memory = new JournalMemory(options.MemoryEvents, () => _work.Set());
        _thread = new Thread(Run) { Name = "journal", IsBackground = true };
    }

    /// <summary>Who is told what becomes of events. Set before the first event comes.</summary>
    public JournalListener Listener { private get; set; } = JournalListener.Nobody;

    /// <summary>Events not yet acknowledged.</summary>
    public long Count => _memory.Count;

    /// <summary>Bytes that waiting events take on disk.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>
    /// Changes when the order began anew, because the file could be opened only after the reader had seen events, or was replaced:
    /// the reader must begin at 0 again.
    /// </summary>
    public int Epoch => _memory.Epoch;

    /// <summary>Events committed since the start.</summary>
    public long Committed => _memory.Committed;

    /// <summary>Opens the journal, on its own thread: nobody waits for the disk. Events can be added before and after.</summary>
    public void Start() => _thread.Start();

    /// <summary>Adds an event at the end. Never waits for the disk.</summary>
    public void Add(Guid id, string station, string topic, byte[] json, bool heldBack)
    {
        Guid? lost = _memory.Add(id, station, topic, json, _time.GetTimestamp(), heldBack);
        _work.Set();
        if (lost is not null)
            Listener.Safe(lost.Value);
    }

    /// <summary>The first event after a position that may be published, or null; 0 asks for the very first.</summary>
    public WaitingEvent? Peek(long after) => _memory.Peek(after);

    /// <summary>
    /// Passes an event over that has to wait, so that those behind it need not: it stays in the journal, and comes again after <see
    /// cref="Rewind"/>. For the reader.
    /// </summary>
    public void Pass(long position) => _memory.Pass(position);

    /// <summary>
    /// Begins again with the first event, those passed over included. For the reader, which has none in hand and goes on at 0.
    /// </summary>
    public void Rewind() => _memory.Rewind();

    /// <summary>Completes when there may be an event after a position.</summary>
    public Task WaitForMore(long after) => _memory.WaitForMore(after);

    /// <summary>Completes when every event has been acknowledged.</summary>
    public Task WaitEmpty() => _memory.WaitEmpty();

    /// <summary>Forgets an event that was delivered. False when it was forgotten before.</summary>
    public bool Acknowledge(long position)
    {
        if (_memory.Acknowledge(position, _time.GetTimestamp()) is not { } id)
            return false;
        _work.Set();
        Listener.Safe(id);
        return true;
    }

    /// <summary>True while an event waits to be delivered. May wait for the disk.</summary>
    public bool IsWaiting(Guid id)
    {
        if (_memory.IsWaiting(id) is { } isKnown)
            return isKnown;
        try
        {
            lock (_fileGate)
                return _file?.Contains(id) ?? false;
        }
        catch (SqliteException)
        {
            // Its picture waits until the journal can be read again.
            return true;
        }
    }

    /// <summary>
    /// Completes when what was added so far is on disk, and what was acknowledged is forgotten there; or the disk has refused once more.
    /// </summary>
    public Task Flush()
    {
        lock (_gate)
        {
            if (!_thread.IsAlive)
                return Task.CompletedTask;
            _flushed ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            _work.Set();
            return _flushed.Task;
        }
    }

    /// <summary>Ends the thread and closes the file.</summary>
    public void Dispose()
    {
        lock (_gate)
            _stopping = true;
        _work.Set();
        if (_thread.IsAlive && !_thread.Join(TimeSpan.FromSeconds(2)))
            return;
        lock (_fileGate)
        {
            _file?.Dispose();
            _file = null;
        }
        _work.Dispose();
    }
}
