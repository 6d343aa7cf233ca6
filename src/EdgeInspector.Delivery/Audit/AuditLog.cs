using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Logging;
using EdgeInspector.Foundation.Secrets;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Delivery.Audit;

/// <summary>The end of the chain, for people who note it elsewhere.</summary>
/// <param name="Entry">Number of the last entry.</param>
/// <param name="Hash">Hash of the last entry, 64 digits.</param>
public sealed record AuditHead(long Entry, string Hash);

/// <summary>
/// The audit log of a running agent: takes what happens from any thread, and writes it on a thread of its own. No thread waits for the log:
/// an entry that the log can't take is lost and counted, and another entry tells of the loss.
/// </summary>
internal sealed partial class AuditLog : IDisposable
{
    /// <summary>Under this name the log complains.</summary>
    public const string Component = "audit";

    // Room for commands and swaps when verdicts have filled the other places.
    private const int RoomForOthers = 200;

    private const int MostAtOnce = 500;

    private static readonly TimeSpan GatherFor = TimeSpan.FromMilliseconds(100), FlushEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2), LookAfterAge = TimeSpan.FromMinutes(10);

    private readonly string _folder;
    private readonly AuditOptions _options;
    private readonly IReadOnlyList<AuditKey> _earlier = [];
    private readonly AuditKey? _key;
    private readonly Action<Said?> _complain;
    private readonly Action<Guid> _settled;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly FaultLog _faults;
    private readonly Thread _thread;
    private readonly Said? _keyFault;

    // Under _gate
    private readonly object _gate = new();
    private readonly Queue<Item> _waiting = new(256);
    private Lost? _lost;
    private bool _isHurried;
    private bool _isStopping;

    // Fields of the thread audit
    private readonly List<AuditEntry> _batch = [];
    private readonly List<Guid> _batchIds = [];
    private readonly AuditRetention _retention;
    private AuditWriter? _writer;
    private Said? _misfit;
    private Said? _said;
    private long _flushedAt;
    private long? _lookedAt;
    private bool _isUnflushed;
    private bool _isFailing;

    private volatile AuditHead? _head;

    /// <param name="dataFolder">The data folder, which only the caller uses.</param>
    /// <param name="options">Validated.</param>
    /// <param name="complain">Told what is wrong, and null when the log is well again.</param>
    /// <param name="settled">Told each part whose entry is in the file, or was given up.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The log.</param>
    public AuditLog(string dataFolder, AuditOptions options, Action<Said?> complain, Action<Guid> settled, TimeProvider time, ILogger log)
    {
        (_folder, _options, _complain, _settled, _time, _log) = (AuditFiles.FolderOf(dataFolder), options, complain, settled, time, log);
        _faults = new FaultLog(log, "Writing the audit log", time);
        _retention = new AuditRetention(_folder, options, time);
        try
        {
            _key = AuditKey.Of(options);
        }
        catch (SecretFileException fault)
        {
            // A key that can't be read must not stop a line; entries without a seal will always show it.
            _keyFault = DeliveryWordings.AuditUnsealed.Of(fault.Message);
        }
        try
        {
            _earlier = AuditKey.EarlierOf(options);
        }
        catch (SecretFileException fault)
        {
            _keyFault ??= DeliveryWordings.AuditKeyMissing.Of(fault.Message);
        }
        _thread = new Thread(Run) { Name = "audit", IsBackground = true, Priority = ThreadPriority.BelowNormal };
    }

    /// <summary>The end of the chain; null before the first entry.</summary>
    public AuditHead? Head => _head;

    /// <summary>Entries lost since the start.</summary>
    public long EntriesLost { get; private set; }

    /// <summary>Begins to write; entries that were noted before are written first.</summary>
    public void Start() => _thread.Start();

    /// <summary>Takes a verdict: copies it, and waits for nothing but other threads that copy a verdict.</summary>
    public void Note(InspectedPart part)
    {
        var verdict = new AuditedVerdict(
            part.Id, part.Station, part.Part, part.Sequence, part.VerdictAt, part.Verdict, part.Action, part.Signal, part.Model,
            part.Challenge);
        lock (_gate)
        {
            if (!_isStopping && _waiting.Count < _options.Queue)
            {
                _waiting.Enqueue(new Item(verdict, null));
                return;
            }
            Lose(verdict.Part, verdict.At);
        }
        _settled(part.Id);
    }

    /// <summary>Takes any other entry.</summary>
    public void Note(AuditEntry entry)
    {
        lock (_gate)
        {
            if (!_isStopping && _waiting.Count < _options.Queue + RoomForOthers)
            {
                _waiting.Enqueue(new Item(default, entry));
                _isHurried = true;
                Monitor.Pulse(_gate);
                return;
            }
            Lose(entry.Kind, entry.At);
        }
        if (entry.Id is { } id)
            _settled(id);
    }

    /// <summary>Writes the entries that wait, and ends. Entries that the disk has not taken within the limit are lost.</summary>
    public void Stop(TimeSpan limit)
    {
        lock (_gate)
        {
            if (_isStopping)
                return;
            _isStopping = true;
            Monitor.Pulse(_gate);
        }
        if (_thread.IsAlive && !_thread.Join(limit))
            LogLeft(_log, _folder);
    }

    /// <inheritdoc />
    public void Dispose() => Stop(TimeSpan.FromSeconds(1));

    // Under the gate.
    private void Lose(string what, DateTimeOffset at)
    {
        EntriesLost++;
        _lost = _lost is { } lost ? lost with { Count = lost.Count + 1, Last = what, LastAt = at } : new Lost(1, what, at, what, at);
    }

    private void Run()
    {
        if (_keyFault is not null)
            LogNotSealed(_log, _keyFault.Text);
        bool isLast = false;
        while (!isLast)
        {
            isLast = WaitForMore();
            try
            {
                WriteOnce(isLast);
            }
#pragma warning disable CA1031 // The boundary of the thread: whatever the disk has met, verdicts go on.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                Fail(fault);
            }
        }
        _writer?.Dispose();
    }

    /// <summary>Lets entries gather for a moment; true when these are the last ones.</summary>
    private bool WaitForMore()
    {
        lock (_gate)
        {
            if (!_isStopping && !_isHurried)
                Monitor.Wait(_gate, _isFailing ? RetryAfter : GatherFor);
            _isHurried = false;
            return _isStopping;
        }
    }

    private void WriteOnce(bool isLast)
    {
        _writer ??= OpenWriter();
        while (Gather())
        {
            _writer.Append(_batch);
            _head = new AuditHead(_writer.Number, _writer.Hash);
            _isUnflushed = true;
            Settle();
        }
        if (_isUnflushed && (isLast || _time.GetElapsedTime(_flushedAt) >= FlushEvery))
        {
            _flushedAt = _time.GetTimestamp();
            _writer.Flush();
            _isUnflushed = false;
        }
        if (_lookedAt is null || _time.GetElapsedTime(_lookedAt.Value) > LookAfterAge)
        {
            _lookedAt = _time.GetTimestamp();
            _retention.Apply(_writer);
        }
        _isFailing = false;
        Complain(_misfit ?? _keyFault);
    }

    private AuditWriter OpenWriter()
    {
        var writer = AuditWriter.Open(_folder, _key, _time, AuditWriter.FileBytes(_options), _earlier);
        if (writer.Torn is { } torn)
            LogTorn(_log, torn);
        if (writer.Misfit is { } misfit)
        {
            _misfit = DeliveryWordings.AuditMisfit.Of(misfit);
            LogMisfit(_log, misfit);
        }
        return writer;
    }

    /// <summary>Takes entries that wait, at most so many; a batch that the disk has refused stays the same.</summary>
    private bool Gather()
    {
        if (_batch.Count > 0)
            return true;
        lock (_gate)
        {
            while (_batch.Count < MostAtOnce && _waiting.TryDequeue(out Item item))
            {
                _batch.Add(item.Entry ?? AuditEntry.Of(item.Verdict));
                if (item.Part is { } id)
                    _batchIds.Add(id);
            }
            if (_lost is { } lost && _waiting.Count == 0)
            {
                _batch.Add(lost.Entry(_time.GetUtcNow()));
                _lost = null;
            }
        }
        return _batch.Count > 0;
    }

    private void Settle()
    {
        _batch.Clear();
        foreach (Guid id in _batchIds)
            _settled(id);
        _batchIds.Clear();
    }

    private void Fail(Exception fault)
    {
        _isFailing = true;
        // The entries are kept in memory now. The places of open parts are freed, because a disk may be full for hours.
        foreach (Guid id in _batchIds)
            _settled(id);
        _batchIds.Clear();
        string cause = DiskFault.IsFull(fault) ? "the disk is full. Free some space, or lower Audit:MaxBytes"
            : fault is UnauthorizedAccessException ? "access is denied. Give the folder and its files to the user of the service"
            : fault.Message.TrimEnd('.');
        _faults.Report(cause);
        Complain(DeliveryWordings.AuditFails.Of(_folder, cause, _options.Queue));
    }

    private void Complain(Said? reason)
    {
        if (Equals(reason, _said))
            return;
        _said = reason;
        _complain(reason);
    }

    private readonly record struct Item(AuditedVerdict Verdict, AuditEntry? Entry)
    {
        /// <summary>The part to whose verdict the entry belongs.</summary>
        public Guid? Part => Entry is null ? Verdict.Id : Entry.Id;
    }

    private sealed record Lost(long Count, string First, DateTimeOffset FirstAt, string Last, DateTimeOffset LastAt)
    {
        public AuditEntry Entry(DateTimeOffset now) => new("lost", now)
        {
            Count = Count,
            Why = $"More than Audit:Queue entries waited for the disk. The first that was lost: {First} at "
                + $"{AuditEntry.Stamp(FirstAt)}; the last: {Last} at {AuditEntry.Stamp(LastAt)}.",
        };
    }

    [LoggerMessage(EventId = 540, Level = LogLevel.Warning, Message = "{Fault}")]
    private static partial void LogNotSealed(ILogger log, string fault);

    [LoggerMessage(EventId = 541, Level = LogLevel.Warning, Message = "The audit log goes on after an entry that was not written "
        + "to its end. {Torn}")]
    private static partial void LogTorn(ILogger log, string torn);

    [LoggerMessage(EventId = 542, Level = LogLevel.Error, Message = "The audit log does not fit: {Misfit}")]
    private static partial void LogMisfit(ILogger log, string misfit);

    [LoggerMessage(EventId = 543, Level = LogLevel.Error, Message = "The audit log in '{Folder}' could not be written to its end "
        + "before the agent stopped")]
    private static partial void LogLeft(ILogger log, string folder);
}
