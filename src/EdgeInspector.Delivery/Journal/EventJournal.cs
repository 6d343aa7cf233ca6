using EdgeInspector.Foundation.Retrying;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Inspection.Stations;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Delivery.Journal;

/// <summary>
/// Keeps events in order on disk until the broker has acknowledged them. Events that cannot be written wait in memory, bounded, and are
/// published from there; they go to disk as soon as the disk is well again. Thread-safe; one reader.
/// </summary>
/// <remarks>
/// Events pass three places, in this order of age: the file holds the committed events; the window is the beginning of the file in memory,
/// as much as the reader needs at a time; fresh events are not on disk yet. Window and fresh events lie in <see cref="JournalMemory"/>.
/// Only the thread <c>journal</c> writes: it commits all gathered events in one transaction, so that many events share one flush of the
/// disk, and nobody waits for that thread. The reader sees an event once it is committed, or, while the disk is not usable, at once.
/// </remarks>
internal sealed partial class EventJournal : IDisposable
{
    /// <summary>The component under whose name the journal complains to the stations' <see cref="StationHealth"/>.</summary>
    public const string Component = "journal";

    private const int MostInCommit = 512;

    // Acknowledged events are forgotten on disk only after this time, many at once: delivering an event twice after a crash is allowed, and
    // flushing the disk for each event is expensive.
    private static readonly TimeSpan ForgetWithin = TimeSpan.FromMilliseconds(200);

    private readonly string _path;
    private readonly JournalOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly WritingThread _thread;

    private readonly JournalMemory _memory;

    // Under the gate, which may be held through a flush of the disk
    private readonly Lock _fileGate = new();
    private JournalFile? _file;

    // The journal's thread
    private JournalRescue.Outcome? _rescued;
    private Said? _standing;
    private Said? _complaint;
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
        _thread = new WritingThread("journal", ThreadPriority.Normal, WriteOnce, UntilDue);
        _memory = new JournalMemory(options.MemoryEvents, _thread.Wake);
    }

    /// <summary>Who is told what happens to events. Set before the first event comes.</summary>
    public JournalListener Listener { private get; set; } = JournalListener.Nobody;

    /// <summary>Events not yet acknowledged.</summary>
    public long Count => _memory.Count;

    /// <summary>Bytes that waiting events take on disk.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>
    /// Changes when the order began anew, because the file was replaced or could be opened only after the reader had seen events: then the
    /// reader must begin at 0 again.
    /// </summary>
    public int Epoch => _memory.Epoch;

    /// <summary>Events committed since the start.</summary>
    public long Committed => _memory.Committed;

    /// <summary>
    /// Opens the journal, on the journal's own thread, so that nobody waits for the disk. Events can be added before and after.
    /// </summary>
    public void Start() => _thread.Start();

    /// <summary>Adds an event at the end. Never waits for the disk.</summary>
    public void Add(Guid id, string station, string topic, byte[] json, bool heldBack)
    {
        Guid? lost = _memory.Add(id, station, topic, json, _time.GetTimestamp(), heldBack);
        _thread.Wake();
        if (lost is not null)
            Listener.Safe(lost.Value);
    }

    /// <summary>The first event after a position that may be published, or null; 0 asks for the very first.</summary>
    public WaitingEvent? Peek(long after) => _memory.Peek(after);

    /// <summary>
    /// Passes over an event that has to wait, so that the events after it need not: the event stays in the journal, and comes again after
    /// <see cref="Rewind"/>. For the reader.
    /// </summary>
    public void Pass(long position) => _memory.Pass(position);

    /// <summary>
    /// Begins again with the first event, including those passed over. For the reader, which has no event in hand and goes on at 0.
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
        _thread.Wake();
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
            // Until the journal can be read again, the event's picture waits.
            return true;
        }
    }

    /// <summary>
    /// Completes when all events added so far are on disk, and all acknowledged events are forgotten there; or when the disk has refused
    /// once more.
    /// </summary>
    public Task Flush() => _thread.Flush();

    /// <summary>Ends the thread and closes the file.</summary>
    public void Dispose()
    {
        if (!_thread.Stop())
            return;
        lock (_fileGate)
        {
            _file?.Dispose();
            _file = null;
        }
    }
}
