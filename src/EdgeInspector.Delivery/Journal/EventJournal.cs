using EdgeInspector.Foundation.Retrying;
using EdgeInspector.Inspection.Stations;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Delivery.Journal;

/// <summary>
/// Keeps events in order on disk until the broker has acknowledged them. What cannot be written waits in memory, bounded, and is published from there;
/// it goes to disk as soon as the disk is well again. Thread-safe; one reader.
/// </summary>
/// <remarks>
/// Events pass three places, in this order of age: the file holds what is committed; the window is the file's beginning in memory, as much as the reader needs at a
/// time; <c>_fresh</c> holds what is not on disk yet. The thread <c>journal</c> alone writes: it commits what has gathered in one transaction, so many events share
/// one flush of the disk, and nobody waits for it. The reader sees an event once it is committed, or, while the disk is not usable, at once.
/// </remarks>
internal sealed partial class EventJournal : IDisposable
{
    /// <summary>The component under whose name the journal complains to the stations' <see cref="StationHealth"/>.</summary>
    public const string Component = "journal";

    private const int MostInWindow = 256;
    private const int MostInCommit = 512;

    // Acknowledged events are forgotten on disk so much later, many at once: to deliver one twice after a crash is allowed, to flush the disk for each is dear.
    private static readonly TimeSpan ForgetWithin = TimeSpan.FromMilliseconds(200);


    private readonly string _path;
    private readonly JournalOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Thread _thread;

    // Under the gate
    private readonly Lock _gate = new();
    private readonly LinkedList<WaitingEvent> _window = new();
    private readonly LinkedList<WaitingEvent> _fresh = new();
    private readonly List<long> _delivered = [];
    private long _lastPosition;
    private long _windowEnd;
    private long _onDisk;

    // On disk, and the reader has passed them over for the moment.
    private long _passed;
    private int _rewinds;
    private bool _diskFails;
    private bool _readFails;
    private int _epoch;
    private long _failedAt;
    private long _firstDeliveredAt;
    private LostEvents? _overflow;
    private bool _refill;
    private bool _stopping;
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _emptied;
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
        _thread = new Thread(Run) { Name = "journal", IsBackground = true };
    }

    /// <summary>Who is told what becomes of events. Set before the first event comes.</summary>
    public JournalListener Listener { private get; set; } = JournalListener.Nobody;

    /// <summary>Events not yet acknowledged.</summary>
    public long Count
    {
        get
        {
            lock (_gate)
                return _onDisk + _fresh.Count;
        }
    }

    /// <summary>Bytes that waiting events take on disk.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Changes when the order began anew, because the file could be opened only after the reader had seen events, or was replaced: the reader must begin at 0 again.</summary>
    public int Epoch
    {
        get
        {
            lock (_gate)
                return _epoch;
        }
    }

    /// <summary>Events committed since the start.</summary>
    public long Committed { get; private set; }

    /// <summary>Opens the journal, on its own thread: nobody waits for the disk. Events can be added before and after.</summary>
    public void Start() => _thread.Start();

    /// <summary>Adds an event at the end. Never waits for the disk.</summary>
    public void Add(Guid id, string station, string topic, byte[] json, bool heldBack)
    {
        Guid? lost = null;
        lock (_gate)
        {
            if (_fresh.Count >= _options.MemoryEvents)
                lost = GiveUpOldest();
            _fresh.AddLast(new WaitingEvent(++_lastPosition, id, station, topic, json, _time.GetTimestamp(), heldBack));
            if (_diskFails)
                _more.TrySetResult();
        }
        _work.Set();
        if (lost is not null)
            Listener.Safe(lost.Value);
    }

    /// <summary>The first event after a position that may be published, or null; 0 asks for the very first.</summary>
    public WaitingEvent? Peek(long after)
    {
        lock (_gate)
        {
            if (First(_window, after) is { } next)
                return next;
            if (HasMoreOnDisk && !_readFails)
            {
                // More on disk than in memory: the journal's thread fetches it, and WaitForMore ends.
                AskForRefill();
                return null;
            }
            return _diskFails ? First(_fresh, after) : null;
        }
    }

    /// <summary>
    /// Passes an event over that has to wait, so that those behind it need not: it stays in the journal, and comes again after <see
    /// cref="Rewind"/>. For the reader.
    /// </summary>
    public void Pass(long position)
    {
        lock (_gate)
        {
            if (Take(_window, position) is not null)
                _passed++;
        }
    }

    /// <summary>
    /// Begins again with the first event, those passed over included. For the reader, which has none in hand and goes on at 0.
    /// </summary>
    public void Rewind()
    {
        lock (_gate)
        {
            if (_passed == 0 || _readFails)
                return;
            // What is just being read belongs behind what was passed over.
            _rewinds++;
            _window.Clear();
            (_passed, _windowEnd) = (0, 0);
            AskForRefill();
        }
    }

    /// <summary>Completes when there may be an event after a position.</summary>
    public Task WaitForMore(long after)
    {
        lock (_gate)
        {
            if (First(_window, after) is not null || (_diskFails && (_readFails || !HasMoreOnDisk) && First(_fresh, after) is not null))
                return Task.CompletedTask;
            if (_more.Task.IsCompleted)
                _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (HasMoreOnDisk && !_readFails)
                AskForRefill();
            return _more.Task;
        }
    }

    /// <summary>Completes when every event has been acknowledged.</summary>
    public Task WaitEmpty()
    {
        lock (_gate)
        {
            if (_onDisk + _fresh.Count == 0)
                return Task.CompletedTask;
            return (_emptied ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Forgets an event that was delivered. False when it was forgotten before.</summary>
    public bool Acknowledge(long position)
    {
        Guid? id;
        lock (_gate)
        {
            id = Take(_window, position);
            if (id is not null)
            {
                _onDisk--;
                if (_delivered.Count == 0)
                    _firstDeliveredAt = _time.GetTimestamp();
                _delivered.Add(position);
            }
            else
            {
                id = Take(_fresh, position);
            }
            if (id is null)
                return false;
            TellIfEmpty();
        }
        _work.Set();
        Listener.Safe(id.Value);
        return true;
    }

    /// <summary>True while an event waits to be delivered. May wait for the disk.</summary>
    public bool IsWaiting(Guid id)
    {
        lock (_gate)
        {
            if (_window.Any(one => one.Id == id) || _fresh.Any(one => one.Id == id))
                return true;
            // Nobody knows before the file was read.
            if (_epoch == 0 && !_diskFails)
                return true;
            if (_epoch > 0 && _onDisk <= _window.Count)
                return false;
        }
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

    /// <summary>Completes when what was added so far is on disk, and what was acknowledged is forgotten there; or the disk has refused once more.</summary>
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

    // Under the gate. More than the reader can see or has passed over.
    private bool HasMoreOnDisk => _onDisk - _passed > _window.Count;

    private static WaitingEvent? First(LinkedList<WaitingEvent> events, long after)
    {
        // Those before are in flight: a handful.
        for (LinkedListNode<WaitingEvent>? node = events.First; node is not null; node = node.Next)
        {
            if (node.Value.Position > after)
                return node.Value;
        }
        return null;
    }

    private static Guid? Take(LinkedList<WaitingEvent> events, long position)
    {
        for (LinkedListNode<WaitingEvent>? node = events.First; node is not null && node.Value.Position <= position; node = node.Next)
        {
            if (node.Value.Position != position)
                continue;
            events.Remove(node);
            return node.Value.Id;
        }
        return null;
    }

    // Under the gate. Told in one event once there is room for it.
    private Guid GiveUpOldest()
    {
        WaitingEvent oldest = _fresh.First!.Value;
        _fresh.RemoveFirst();
        _overflow = new LostEvents(
            _overflow is null || _overflow.Station == oldest.Station ? oldest.Station : null,
            (_overflow?.Count ?? 0) + 1,
            _overflow?.First ?? oldest.Id,
            oldest.Id,
            $"The disk took no events, and {_options.MemoryEvents} waited in memory already (Journal:MemoryEvents); the oldest were given up.");
        return oldest.Id;
    }

    // Under the gate.
    private void AskForRefill()
    {
        if (_refill)
            return;
        _refill = true;
        _work.Set();
    }

    // Under the gate.
    private void TellIfEmpty()
    {
        if (_onDisk + _fresh.Count > 0)
            return;
        _emptied?.TrySetResult();
        _emptied = null;
    }
}
