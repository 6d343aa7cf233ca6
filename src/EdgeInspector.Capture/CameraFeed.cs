using EdgeInspector.Foundation.Clocks;
using EdgeInspector.Foundation.Logging;
using EdgeInspector.Foundation.Retrying;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Stations;
using Microsoft.Extensions.Logging;
using OpenCvSharp;

namespace EdgeInspector.Capture;

/// <summary>
/// Runs any camera source on its own thread, hands its pictures on as frames, and opens the source again when it ends, stalls or fails. Of
/// a fault the station sees only the complaint <c>camera</c> in its health, and frames again when the fault is over.
/// </summary>
/// <remarks>
/// Two parties touch a feed: the capture thread (runs the source, takes the pictures) and the watch (a timer that looks for a stall). A
/// native call that does not come back cannot be ended from outside: after a grace time the thread of that call is abandoned, every picture
/// that it still yields is dropped, and a new thread takes over. At most <see cref="MostAbandoned"/> threads are left behind like that;
/// then the feed waits for one to return.
/// </remarks>
public sealed partial class CameraFeed : IDisposable
{
    /// <summary>The name under which the feed complains in <see cref="StationHealth"/>.</summary>
    public const string Component = Station.CameraComponent;

    internal const int MostAbandoned = 3;

    /// <summary>How long a source may take to return after it was told to end.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly string _station;
    private readonly ICameraSource _source;
    private readonly CameraOptions _options;
    private readonly int? _bitDepth;
    private readonly IFrameSink _sink;
    private readonly FramePool _pool;
    private readonly StationHealth _health;
    private readonly StationCounters _counters;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly FaultLog _faults;
    private readonly ITimer _watch;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // The fields below are shared by the capture thread and the watch, under the gate.
    private readonly Lock _gate = new();
    private readonly BackOff _pauses;
    private CaptureThread? _worker;
    private CaptureAttempt? _attempt;
    private int _abandoned;
    private int _workersStarted;
    private long _sequence;
    private (int Width, int Height) _size;
    private long? _hungSince;
    private bool _disposed;

    /// <summary>Prepares a feed; <see cref="Start"/> starts the feed.</summary>
    /// <param name="scope">
    /// The station: the thread bears its name; the feed complains to its health as <c>camera</c>, and counts frames.
    /// </param>
    /// <param name="source">The camera.</param>
    /// <param name="options">Stall timeout and pauses.</param>
    /// <param name="sink">Takes over each frame and its reference.</param>
    /// <param name="pool">Where frames are rented. Owned by the caller, who disposes the pool after the feed.</param>
    public CameraFeed(StationScope scope, ICameraSource source, CameraOptions options, IFrameSink sink, FramePool pool)
    {
        (_station, _health, _counters, _time, _log) = scope;
        (_source, _options, _sink, _pool) = (source, options, sink, pool);
        _bitDepth = options.SourceBitDepth;
        _faults = new FaultLog(_log, $"The camera of station {_station}", _time);
        _pauses = options.Reopen.NewPauses();
        _watch = _time.CreateTimer(_ => Watch(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Completes when the source has ended for good (a folder read once through, a video that does not loop).</summary>
    public Task Ended => _ended.Task;

    /// <summary>
    /// How long the driver has held as many threads as may be left behind, and one more; null while a picture can still come.
    /// </summary>
    public TimeSpan? HungFor
    {
        get
        {
            lock (_gate)
                return _hungSince is { } since && !_disposed ? _time.GetElapsedTime(since) : null;
        }
    }

    /// <summary>Threads left behind in a native call that did not return.</summary>
    internal int Abandoned
    {
        get
        {
            lock (_gate)
                return _abandoned;
        }
    }

    /// <summary>Starts the capture thread, <c>capture {station}</c>. Until the first picture comes, the station's health says so.</summary>
    public void Start()
    {
        if (!_source.MayBeSilent)
            _health.Complain(CameraWordings.Opening.Of());
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_worker is not null)
                throw new InvalidOperationException("The feed was started twice.");
            StartWorker(TimeSpan.Zero);
        }
    }

    /// <summary>
    /// Stops the source and waits up to two seconds for the thread of the source; a thread that hangs in the driver is left behind.
    /// </summary>
    public void Dispose()
    {
        CaptureThread? worker;
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            worker = _worker;
        }
        _stop.Cancel();
        _watch.Dispose();
        if (worker is not null && worker.Thread != Thread.CurrentThread && !worker.Thread.Join(Grace))
            LogLeftBehind(_log, _station);
        lock (_gate)
            _attempt = null;
    }

    // Under the gate.
    private void StartWorker(TimeSpan pause)
    {
        string name = ++_workersStarted == 1 ? $"capture {_station}" : $"capture {_station} #{_workersStarted}";
        var worker = new CaptureThread();
        worker.Thread = new Thread(() => Work(worker, pause)) { Name = name, IsBackground = true };
        _worker = worker;
        worker.Thread.Start();
    }

    private void Work(CaptureThread me, TimeSpan pause)
    {
        while (true)
        {
            if (!Pause.For(pause, _time, _stop.Token))
                return;
            using var attempt = new CaptureAttempt(CancellationTokenSource.CreateLinkedTokenSource(_stop.Token), _time.GetTimestamp());
            lock (_gate)
            {
                _attempt = attempt;
                _watch.Change(Limit(attempt), Timeout.InfiniteTimeSpan);
            }
            Said? fault = Run(attempt);
            TimeSpan? next = Conclude(me, attempt, fault);
            if (next is null)
                return;
            pause = next.Value;
        }
    }

    /// <summary>Runs the source once; the fault, or null when it returned.</summary>
    private Said? Run(CaptureAttempt attempt)
    {
        try
        {
            _source.Run((image, label, further, askedAt) => Take(attempt, image, label, further ?? [], askedAt), attempt.Stop.Token);
            return null;
        }
        catch (CameraException fault)
        {
            return fault.What ?? CameraWordings.Fault.Of(fault.Message);
        }
        catch (OperationCanceledException) when (attempt.Stop.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception fault)
        {
            // The boundary of the camera: whatever a driver throws must not take the agent down.
            return CameraWordings.Fault.Of($"{fault.GetType().Name}: {fault.Message}");
        }
    }

    /// <summary>Takes one picture, on the capture thread.</summary>
    private void Take(CaptureAttempt attempt, Mat image, string? label, IReadOnlyList<Mat> furtherPages, long? askedAt)
    {
        long now = _time.GetTimestamp();
        long capturedAt = askedAt ?? now;
        DateTimeOffset capturedAtWall = WallTime.Before(_time.GetUtcNow(), _time.GetElapsedTime(capturedAt, now));
        if (attempt.Stop.IsCancellationRequested)
            return;
        (int Width, int Height) size = (image.Width, image.Height);
        Frame frame = _pool.Rent(size.Width, size.Height);
        bool first, resized;
        long sequence;
        // A picture that can't be looked at in place is copied, and perhaps refused, before it counts. So is a part with several pictures,
        // since a look at the first picture says nothing of the others.
        bool isCopied = !FramePixels.TryView(image, capturedAt, out FrameView view) || furtherPages.Count > 0;
        if (isCopied)
            Copy(image, furtherPages, frame);
        lock (_gate)
        {
            // A thread that was told to stop, or left behind, no longer speaks for this camera.
            if (!ReferenceEquals(attempt, _attempt) || attempt.Stalled || _disposed)
            {
                frame.Release();
                return;
            }
            first = attempt.FirstFrameAt is null;
            attempt.FirstFrameAt ??= now;
            attempt.LastSign = now;
            attempt.InSink = true;
            resized = size != _size && _size != default;
            (_size, size) = (size, _size);
            sequence = ++_sequence;
        }
        if (first)
        {
            _health.Withdraw(Component);
            LogPictures(_log, _station, frame.Width, frame.Height);
        }
        else if (resized)
        {
            LogResized(_log, _station, size.Width, size.Height, frame.Width, frame.Height);
        }
        _counters.CountFrame();
        try
        {
            if (!isCopied)
            {
                if (!_sink.Needs(view, _source.MayWait, attempt.Stop.Token))
                {
                    frame.Release();
                    return;
                }
                Copy(image, [], frame);
            }
            for (Frame? page = frame; page is not null; page = page.NextPage)
                page.Stamp(capturedAt, capturedAtWall, sequence, label);
            _sink.Accept(frame, _source.MayWait, attempt.Stop.Token);
        }
        finally
        {
            lock (_gate)
            {
                attempt.InSink = false;
                attempt.LastSign = _time.GetTimestamp();
            }
        }
    }

    private void Copy(Mat image, IReadOnlyList<Mat> furtherPages, Frame frame)
    {
        try
        {
            FramePixels.Copy(image, frame, _bitDepth);
            Frame last = frame;
            foreach (Mat further in furtherPages)
            {
                Frame page = _pool.Rent(further.Width, further.Height);
                last.Append(page);
                last = page;
                FramePixels.Copy(further, page, _bitDepth);
            }
        }
        catch
        {
            frame.Release();
            throw;
        }
    }

    /// <summary>
    /// Decides what it means that the source returned or threw: gives the pause before the source is opened again; null to end this thread.
    /// </summary>
    private TimeSpan? Conclude(CaptureThread me, CaptureAttempt attempt, Said? fault)
    {
        TimeSpan pause;
        string? ended = null;
        lock (_gate)
        {
            _hungSince = null;
            if (me.Abandoned)
            {
                _abandoned--;
                return null;
            }
            _attempt = null;
            if (_disposed)
                return null;
            _watch.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            if (attempt.RanWell(_time, _source.MayBeSilent))
                _pauses.Reset();
            if (fault is null && !attempt.Stalled)
                ended = _source.EndMessage;
            pause = ended is null ? _pauses.Next() : TimeSpan.Zero;
        }
        if (ended is not null)
        {
            _health.Complain(CameraWordings.AtEnd.Of(ended));
            LogEnded(_log, _station, ended);
            _ended.TrySetResult();
            return null;
        }
        if (!attempt.Stalled)
        {
            fault ??= CameraWordings.StreamEnded.Of();
            _health.Complain(fault);
            _faults.Report($"{fault} It is opened again in {pause.TotalSeconds:0.0} s.");
        }
        return pause;
    }

    /// <summary>Looks at the current attempt, by the timer: whether the source stalls, or does not return.</summary>
    private void Watch()
    {
        CancellationTokenSource? cancel = null;
        Said? complaint = null;
        bool isWell = false;
        lock (_gate)
        {
            if (_disposed || _attempt is not { } attempt || _worker is not { } worker)
                return;
            TimeSpan limit = Limit(attempt);
            TimeSpan silent = _time.GetElapsedTime(attempt.LastSign);
            if (attempt.Stalled)
            {
                complaint = Abandon(worker);
            }
            else if (attempt.InSink || silent < limit)
            {
                // The station holds a file up on purpose, or there was a picture since the timer was set.
                _watch.Change(attempt.InSink ? limit : limit - silent, Timeout.InfiniteTimeSpan);
            }
            else if (_source.MayBeSilent)
            {
                // A silent source is not opened again all the same: two threads must not read what it has begun to read.
                TimeSpan unanswered = _source.UnansweredFor;
                isWell = unanswered < limit;
                complaint = isWell
                    ? null
                    : CameraWordings.NoAnswer.Of(_options.Folder?.Path ?? "The source", unanswered.TotalSeconds);
                _watch.Change(limit, Timeout.InfiniteTimeSpan);
            }
            else
            {
                attempt.Stalled = true;
                cancel = attempt.Stop;
                complaint = (attempt.FirstFrameAt is null ? CameraWordings.NoFirstPicture : CameraWordings.NoPicture)
                    .Of(limit.TotalSeconds);
                _watch.Change(Grace, Timeout.InfiniteTimeSpan);
            }
        }
        if (isWell)
            _health.Withdraw(Component);
        if (complaint is not null)
        {
            _health.Complain(complaint);
            _faults.Report(complaint.Text + (cancel is null ? "" : " It is opened again."));
        }
        try
        {
            cancel?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The source returned in the same moment.
        }
    }

    // Leaves the hanging thread behind, or says that no more threads can be left behind. Under the gate.
    private Said? Abandon(CaptureThread worker)
    {
        if (_abandoned >= MostAbandoned)
        {
            _hungSince ??= _time.GetTimestamp();
            _watch.Change(Grace, Timeout.InfiniteTimeSpan);
            return CameraWordings.Hangs.Of(MostAbandoned + 1);
        }
        worker.Abandoned = true;
        _abandoned++;
        _attempt = null;
        StartWorker(_pauses.Next());
        LogAbandoned(_log, _station, _abandoned);
        return null;
    }

    private TimeSpan Limit(CaptureAttempt attempt) =>
        attempt.FirstFrameAt is null ? _options.StallTimeout + _options.OpenAllowance : _options.StallTimeout;
}
