using EdgeInspector.Delivery.Images.Looking;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Web.Console.Live;

/// <summary>
/// What the pages show of a station while it runs: its last parts and its newest pictures. Sees each part after its signal, on the
/// station's thread, which finds room for a small record and, while somebody looks, a reference to the picture; nothing here waits.
/// </summary>
public sealed class LiveStation : IDisposable
{
    /// <summary>Parts of the strip.</summary>
    public const int Shown = 20;

    private const int Remembered = 500;

    // So long the picture with the boxes of a part stays before the camera's own pictures go on.
    private static readonly TimeSpan PartIsShown = TimeSpan.FromSeconds(1.5);

    // A page asks several times a second; who has not asked for so long looks no more.
    private static readonly TimeSpan Looking = TimeSpan.FromSeconds(3);

    private readonly TimeProvider _time;

    // Written on the station's threads without a lock: a quiet thread that was put aside while it held one would hold them up.
    private readonly LivePart?[] _parts = new LivePart?[Remembered];
    private long _count;
    private LivePicture? _marked;
    private long _lookedAt;

    // Of those who look on.
    private readonly Lock _gate = new();
    private Frame? _camera;
    private long _lineShowed;

    /// <param name="station">The station.</param>
    /// <param name="time">The station's clock.</param>
    public LiveStation(HttpStation station, TimeProvider time)
    {
        (Station, _time) = (station, time);
        _lookedAt = time.GetTimestamp() - (long)(Looking.TotalSeconds * time.TimestampFrequency);
        station.Station.Inspected += See;
    }

    /// <summary>The station.</summary>
    public HttpStation Station { get; }

    /// <summary>Counts the parts seen.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>The last parts, the newest first.</summary>
    public IReadOnlyList<LivePart> Last(int most)
    {
        long count = Count;
        int there = (int)Math.Min(Math.Min(count, most), Remembered);
        return [.. Enumerable.Range(0, there).Select(i => Volatile.Read(ref _parts[(count - 1 - i) % Remembered])).OfType<LivePart>()];
    }

    /// <summary>From the trigger to the signal in 99 of 100 of the last 500 parts, in milliseconds; null without parts.</summary>
    public double? P99
    {
        get
        {
            double[] sorted = [.. Last(Remembered).Select(part => part.Latency.TotalMilliseconds).Order()];
            return sorted.Length == 0 ? null : sorted[(int)Math.Min(sorted.Length - 1, Math.Ceiling(sorted.Length * 0.99) - 1)];
        }
    }

    /// <summary>
    /// The newest picture for the page Line: that of the last part with what the model found, if the part is new, else the camera's. Asks
    /// for the next one.
    /// </summary>
    /// <returns>The picture, which the caller releases, and what is to be drawn on it; null: there is no new one.</returns>
    public LivePicture? Newest()
    {
        Frame? camera = Camera();
        if (Interlocked.Exchange(ref _marked, null) is { } marked)
        {
            camera?.Release();
            _lineShowed = Math.Max(_lineShowed, marked.Frame.Sequence);
            return marked;
        }
        if (camera is null)
            return null;
        bool partIsNew = Last(1) is [var part] && _time.GetUtcNow() - part.At < PartIsShown;
        if (partIsNew || camera.Sequence <= _lineShowed)
        {
            camera.Release();
            return null;
        }
        _lineShowed = camera.Sequence;
        return new LivePicture(camera, null);
    }

    /// <summary>The camera's newest picture, which the caller releases; null: none came since somebody looks.</summary>
    /// <remarks>Asks for the next one.</remarks>
    public Frame? Camera()
    {
        Volatile.Write(ref _lookedAt, _time.GetTimestamp());
        Frame? next = Station.Watch.Take(), before = null, shown;
        lock (_gate)
        {
            if (next is not null)
                (before, _camera) = (_camera, next);
            shown = _camera?.AddReference();
        }
        before?.Release();
        Station.Watch.Ask();
        return shown;
    }

    /// <summary>Lets go of pictures for which nobody has asked for some seconds.</summary>
    public void ForgetOld()
    {
        if (IsWatched)
            return;
        Frame? camera;
        lock (_gate)
            (camera, _camera) = (_camera, null);
        camera?.Release();
        Station.Watch.Take()?.Release();
        Interlocked.Exchange(ref _marked, null)?.Frame.Release();
    }

    public void Dispose()
    {
        Station.Station.Inspected -= See;
        Volatile.Write(ref _lookedAt, long.MinValue / 2);
        ForgetOld();
    }

    private bool IsWatched => _time.GetElapsedTime(Volatile.Read(ref _lookedAt)) < Looking;

    private void See(InspectedPart part)
    {
        long number = Interlocked.Increment(ref _count) - 1;
        Volatile.Write(ref _parts[number % Remembered], LivePart.Of(part));
        if (part.Frame is { } frame && IsWatched)
        {
            var marked = new LivePicture(frame.AddReference(), new PartMarks(part.Verdict, part.Predictions, part.Heat));
            Interlocked.Exchange(ref _marked, marked)?.Frame.Release();
        }
    }
}

/// <summary>A picture to be shown.</summary>
/// <param name="Frame">The picture; whoever gets it releases it.</param>
/// <param name="Marks">What is to be drawn on it; null: nothing.</param>
public sealed record LivePicture(Frame Frame, PartMarks? Marks);
