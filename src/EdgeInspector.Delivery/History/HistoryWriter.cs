using System.Collections.Concurrent;
using EdgeInspector.Foundation.Clocks;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Logging;
using EdgeInspector.Foundation.Threads;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Delivery.History;

/// <summary>
/// Writes the history, many parts at once, on a thread that gives way to all others. Whoever adds a part never waits: what the thread has
/// no room for, or the disk refuses for long, is not remembered, and told. Thread-safe.
/// </summary>
public sealed partial class HistoryWriter : IDisposable
{
    private const int MostWaiting = 10_000;
    private const int MostAtOnce = 1_000;

    private static readonly TimeSpan Gather = TimeSpan.FromSeconds(1), Retry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ClockIsTrustedAfter = TimeSpan.FromDays(1);
    private static readonly TimeSpan TrimEvery = TimeSpan.FromMinutes(1);

    private readonly string _path;
    private readonly HistoryOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly FaultLog _faults;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stop = new();

    private readonly ConcurrentQueue<PastPart> _waiting = new();
    private int _count;
    private long _lost;

    // The thread
    private readonly List<PastPart> _inHand = [];
    private readonly WallClock _clock;
    private HistoryFile? _file;
    private long? _trimmed;
    private long _told;
    private bool _isLackOfRoomTold;

    /// <param name="dataFolder">Where <c>history.db</c> lies.</param>
    /// <param name="options">Limits; validated.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The log.</param>
    public HistoryWriter(string dataFolder, HistoryOptions options, TimeProvider time, ILogger log)
    {
        _path = Path.GetFullPath(Path.Combine(dataFolder, HistoryFile.FileName));
        (_options, _time, _log) = (options, time, log);
        _faults = new FaultLog(log, "Writing the history", time);
        _clock = new WallClock(time);
        _thread = new Thread(Run) { Name = "history", IsBackground = true };
    }

    /// <summary>Parts that could not be remembered.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Begins to write.</summary>
    public void Start() => _thread.Start();

    /// <summary>Remembers a part, after its signal.</summary>
    public void Add(InspectedPart part)
    {
        _waiting.Enqueue(PastPart.Of(part));
        // No lock: the thread that writes may be set aside at any moment, and no station waits for that.
        if (Interlocked.Increment(ref _count) > MostWaiting && _waiting.TryDequeue(out _))
        {
            Interlocked.Decrement(ref _count);
            Interlocked.Increment(ref _lost);
        }
    }

    /// <summary>Writes what waits, and ends.</summary>
    public void Dispose()
    {
        if (_stop.IsSet)
            return;
        _stop.Set();
        if (_thread.IsAlive && !_thread.Join(TimeSpan.FromSeconds(3)))
            return;
        _file?.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        QuietThread.Begin();
        TimeSpan pause = Gather;
        bool isLast;
        do
        {
            isLast = _stop.Wait(pause);
            pause = TryWrite() ? Gather : Retry;
        }
        while (!isLast);
    }

    private bool TryWrite()
    {
        try
        {
            _file ??= Open();
            while (TakeInHand())
            {
                _file.Add(_inHand);
                _inHand.Clear();
            }
            Trim(_file);
            TellLost();
            return true;
        }
#pragma warning disable CA1031 // Whatever the file has met, the line goes on, and the next try may succeed.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _faults.Report($"{fault.Message.TrimEnd('.')}. Verdicts, signals and events go on.");
            _file?.Dispose();
            _file = null;
            if (fault is SqliteException broken && SqliteFiles.IsDamage(broken))
                SetAside();
            return false;
        }
    }

    /// <summary>The parts of the next transaction: those that could not be written before stay in front.</summary>
    private bool TakeInHand()
    {
        while (_inHand.Count < MostAtOnce && _waiting.TryDequeue(out PastPart? part))
        {
            Interlocked.Decrement(ref _count);
            _inHand.Add(part);
        }
        return _inHand.Count > 0;
    }

    private void Trim(HistoryFile file)
    {
        _clock.Jump();
        if (_trimmed is { } at && _time.GetElapsedTime(at) < TrimEvery)
            return;
        _trimmed = _time.GetTimestamp();
        DateTimeOffset now = _time.GetUtcNow();
        // A clock that is wrong for a minute must not cost the history.
        bool isSteady = _clock.IsSteadyFor(ClockIsTrustedAfter);
        bool haveSumsGone = file.Trim(
            isSteady ? now - _options.MaxAge : DateTimeOffset.UnixEpoch, isSteady ? now - _options.KeepSums : DateTimeOffset.UnixEpoch,
            _options.MaxBytes);
        // From now on some go every few hours or days.
        if (haveSumsGone && !_isLackOfRoomTold)
            LogSumsGo(_log, _options.MaxBytes, _options.KeepSums);
        _isLackOfRoomTold |= haveSumsGone;
    }

    private void TellLost()
    {
        if (Lost is var lost && lost == _told)
            return;
        _faults.Report($"{lost - _told} parts are not remembered, since more waited than there is room for.");
        _told = lost;
    }

    private HistoryFile Open()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        try
        {
            return HistoryFile.Open(_path);
        }
        catch (SqliteException broken) when (SqliteFiles.IsDamage(broken))
        {
            SetAside();
            return HistoryFile.Open(_path);
        }
    }

    private void SetAside()
    {
        try
        {
            string aside = SqliteFiles.SetAside(_path, "damaged", _time.GetUtcNow());
            _faults.Report(
                $"The file is damaged, or of another version; it is kept as {Path.GetFileName(aside)}, and the history begins anew.");
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            _faults.Report($"The file is damaged and can't be set aside: {fault.Message}");
        }
    }

    [LoggerMessage(EventId = 557, Level = LogLevel.Warning,
        Message = "The history has no room for its sums by minute: they take more than half of History:MaxBytes ({Bytes}), and the oldest "
            + "go before their time (History:KeepSums, {KeepSums}). Raise the one, or lower the other")]
    private static partial void LogSumsGo(ILogger log, long bytes, TimeSpan keepSums);
}
