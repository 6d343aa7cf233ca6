using EdgeInspector.Delivery.Images.Looking;
using EdgeInspector.Delivery.Images.Spool;
using EdgeInspector.Foundation.Clocks;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Logging;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Delivery.Images.Calls;

/// <summary>
/// The pictures that callers brought, with what the model said of them, in a spool of their own: no picture of a part gives way to them,
/// and none is sent to the broker. The oldest give way to the newest. Thread-safe.
/// </summary>
public sealed class CallPictures
{
    /// <summary>The folder's name below the data folder.</summary>
    public const string FolderName = "calls";

    // Keeps folders and the memory for the list of them bounded, however small the pictures are.
    private const int MostPictures = 20_000;

    // A disk that fills up takes callers' pictures long before it takes those of parts.
    private const int MoreFree = 2;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private readonly CallPictureLimits _limits;
    private readonly long _minimumFree;
    private readonly ImageEncoder _encoder;
    private readonly string _ending;
    private readonly SpoolFolder _folder;
    private readonly SpoolIndex _index = new();
    private readonly TimeProvider _time;
    private readonly FaultLog _faults;
    private readonly Func<string, long?> _freeBytes;

    // One writer at a time, so that two do not delete for the same need.
    private readonly Lock _gate = new();
    private readonly WallClock _clock;

    /// <summary>Prepares the spool; touches nothing yet.</summary>
    /// <param name="dataFolder">The agent's data folder.</param>
    /// <param name="limits">How many bytes, and for how long.</param>
    /// <param name="images">Format of the files, and the bytes that stay free on the disk.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The log.</param>
    /// <param name="freeBytes">Bytes that are free on the disk of a folder; null: the system is asked.</param>
    public CallPictures(
        string dataFolder, CallPictureLimits limits, ImageOptions images, TimeProvider time, ILogger log,
        Func<string, long?>? freeBytes = null)
    {
        (_limits, _minimumFree) = (limits, MoreFree * images.SpoolMinimumFree);
        (_encoder, _ending) = (new ImageEncoder(images), images.Format == ImageFormat.Jpeg ? ".jpg" : ".png");
        _folder = new SpoolFolder(Path.GetFullPath(Path.Combine(dataFolder, FolderName)));
        (_time, _freeBytes) = (time, freeBytes ?? FreeBytes.On);
        _clock = new WallClock(time);
        _faults = new FaultLog(log, "Keeping a caller's picture", time);
        Kept = new KeptPictures(_index, _folder);
    }

    /// <summary>The pictures, for people who look at them.</summary>
    public KeptPictures Kept { get; }

    /// <summary>Reads which pictures an earlier process left, then keeps house until stopped. Others may be kept meanwhile.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await Task.Yield();
        try
        {
            Load(stop);
            while (true)
            {
                KeepHouse();
                await Task.Delay(Every, _time, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    /// <summary>Keeps a picture; a disk that refuses is told in the log. Encodes and writes: not for a station's thread.</summary>
    public void Keep(CallPicture picture)
    {
        // As it was brought, bit for bit, where the spool knows the format.
        string? brought = PictureFormats.Of(picture.File) switch
        {
            PictureFormat.Jpeg => ".jpg",
            PictureFormat.Png => ".png",
            _ => null,
        };
        byte[] original = brought is null ? _encoder.Original(picture.Frame) : picture.File;
        byte[] marked = _encoder.OfCall(picture.Frame, picture.Predictions);
        DateTimeOffset local = TimeZoneInfo.ConvertTime(picture.At, _time.LocalTimeZone);
        string day = SpoolNames.Day(local);
        string name = SpoolNames.Of(local, picture.Station, VerdictKind.None, picture.Name, picture.Id);
        Prediction? highest = picture.Predictions.Count > 0 ? picture.Predictions[0] : null;
        var sidecar = new Sidecar(
            picture.Id, picture.Station, picture.Name, picture.At.UtcDateTime, VerdictKind.None.Word(), null, highest?.TagName,
            highest is { } one && float.IsFinite(one.Probability) ? one.Probability : 0, FolderName,
            name + SpoolNames.Original + (brought ?? _ending), name + SpoolNames.Annotated + _ending, original.Length + marked.Length,
            Delivered: picture.At.UtcDateTime, Event: Sidecar.EventOf(picture.Answer));
        OnDisk(() =>
        {
            lock (_gate)
                Write(day, name, sidecar, original, marked);
        });
    }

    private void Write(string day, string name, Sidecar sidecar, byte[] original, byte[] marked)
    {
        if (!MakeRoom(sidecar.Bytes))
        {
            _faults.Report($"There is no room for it in '{_folder.Folder}'. Free some space on the disk, or raise "
                + $"Http:Prediction:KeepMaxBytes ({_limits.MostBytes}).");
            return;
        }
        long written = _folder.Write(day, name, sidecar, original, marked);
        _index.Add(new SpoolEntry(sidecar.Id, sidecar.At, sidecar.Station, VerdictKind.None, day, name, written), delivered: true);
    }

    /// <summary>Reads which pictures an earlier process left.</summary>
    internal void Load(CancellationToken stop)
    {
        OnDisk(() => _folder.Scan(
            new SpoolFinds((entry, _) => _index.Add(entry, delivered: true), (_, _) => { }, (_, _) => { }), stop));
        lock (_gate)
        {
            if (_index.Newest is { } newest)
                _clock.LookBack(newest);
        }
    }

    /// <summary>Gives up what is too old or too much, and what the disk lacks.</summary>
    internal void KeepHouse() => OnDisk(() =>
    {
        lock (_gate)
            MakeRoom(0);
    });

    // A disk that refuses is told in the log.
    private void OnDisk(Action act)
    {
        try
        {
            act();
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            _faults.Report(SpoolFault.Explain(fault, _folder.Folder));
        }
    }

    private bool MakeRoom(long bytes)
    {
        RemoveOld();
        while (IsOver(bytes) && _index.FirstToGo() is { } first)
            Remove(first);
        return !IsOver(bytes);
    }

    private void RemoveOld()
    {
        _clock.Jump();
        DateTimeOffset now = _time.GetUtcNow();
        // As for pictures of parts, a clock that is wrong for a while must cost none. Not before it was watched for an hour: a PC that
        // starts with a wrong clock gets the time from the network by then.
        if (!_clock.IsSteady(SpoolAges.FirstChance, SpoolAges.AfterJump) || !WallTime.IsPossible(now))
            return;
        DateTime oldest = WallTime.Before(now, _limits.MaxAge).UtcDateTime;
        while (_index.FirstBefore(oldest, onlyDelivered: true) is { } old)
            Remove(old);
    }

    private void Remove(SpoolEntry entry)
    {
        _folder.Delete(entry);
        _index.Remove(entry);
    }

    private bool IsOver(long bytes) => _index.Whole is var whole
        && (whole.Bytes + bytes > _limits.MostBytes || whole.Parts >= MostPictures
            || _freeBytes(_folder.Folder) - bytes < _minimumFree);
}

/// <summary>How much is kept of what callers bring.</summary>
/// <param name="MostBytes">Bytes of all pictures together.</param>
/// <param name="MaxAge">For how long.</param>
public sealed record CallPictureLimits(long MostBytes, TimeSpan MaxAge);
