using System.Text.Json;
using EdgeInspector.Delivery.Images.Looking;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Delivery.Images.Spool;

/// <summary>
/// Keeps the pictures of parts on disk, within the quotas, and knows which are there. A disk that refuses costs pictures, and nothing else.
/// </summary>
/// <remarks>
/// Threads: one stores; one publishes; one keeps house; the journal may ask for space at any time. No station's thread comes here.
/// </remarks>
internal sealed partial class ImageSpool
{
    /// <summary>The component under whose name the spool complains.</summary>
    public const string Component = "spool";

    /// <summary>How often quotas are looked at, a failed disk is tried again and losses are told.</summary>
    internal static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private readonly ImageOptions _options;
    private readonly IReadOnlyDictionary<string, EvidenceStation> _stations;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly SpoolFolder _folder;
    private readonly SpoolHealth _health;
    private readonly SpoolRoom _room;
    private readonly SpoolAges _ages;
    private readonly SpoolIndex _index = new();

    private const int SidecarRoom = 4096;

    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Prepares the spool; touches nothing yet.</summary>
    /// <param name="scope">What all types that deliver evidence share: health and counters of the stations are told.</param>
    /// <param name="folder">The spool's folder.</param>
    /// <param name="options">The settings; validated.</param>
    /// <param name="lost">Told of pictures that are given up.</param>
    /// <param name="freeBytes">Bytes that are free on the disk of a folder; null when nobody knows.</param>
    public ImageSpool(DeliveryScope scope, string folder, ImageOptions options, LostImages lost, Func<string, long?> freeBytes)
    {
        (_, _, _stations, _time, _log) = scope;
        (_options, Lost) = (options, lost);
        _folder = new SpoolFolder(folder);
        _health = new SpoolHealth(_stations, _time);
        _room = new SpoolRoom(options, _folder, _index, _health, lost, freeBytes);
        _ages = new SpoolAges(options, _room, _time, _log);
    }

    /// <summary>Told of pictures that are given up.</summary>
    public LostImages Lost { get; }

    /// <summary>Raised when a picture waits to be published.</summary>
    public Action? Added { get; set; }

    /// <summary>The pictures, for people who look at them.</summary>
    public KeptPictures Kept => new(_index, _folder);

    /// <summary>Completes when the pictures that an earlier process left are known.</summary>
    public Task Loaded => _loaded.Task;

    /// <summary>How much lies in the spool.</summary>
    public SpoolContent Content => _index.Whole;

    /// <summary>Reads the pictures that an earlier process left, then keeps house until stopped.</summary>
    public async Task Keep(CancellationToken stop)
    {
        try
        {
            Load(stop);
            while (true)
            {
                await Task.Delay(Every, _time, stop).ConfigureAwait(false);
                KeepHouse();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        finally
        {
            _loaded.TrySetResult();
        }
    }

    /// <summary>Writes a part's pictures; or gives them up, counts the loss and says why.</summary>
    /// <param name="part">The part.</param>
    /// <param name="topic">Where its picture is published.</param>
    /// <param name="original">The picture as the camera gave it; null: it is not kept.</param>
    /// <param name="annotated">The picture with what the model found.</param>
    /// <param name="told">The part's event, kept beside the pictures.</param>
    public void Store(InspectedPart part, string topic, byte[]? original, byte[] annotated, JsonElement? told = null)
    {
        DateTimeOffset local = TimeZoneInfo.ConvertTime(part.TriggeredAt, _time.LocalTimeZone);
        string day = SpoolNames.Day(local);
        string name = SpoolNames.Of(local, part.Station, part.Verdict.Kind, part.Part, part.Id);
        string ending = _options.Format == ImageFormat.Jpeg ? ".jpg" : ".png";
        long bytes = (original?.Length ?? 0) + annotated.Length;
        var sidecar = new Sidecar(
            part.Id,
            part.Station,
            part.Part,
            part.TriggeredAt.UtcDateTime,
            part.Verdict.Kind.Word(),
            part.Verdict.Rule,
            part.Verdict.Tag,
            float.IsFinite(part.Verdict.Probability) ? part.Verdict.Probability : 0,
            topic,
            original is null ? null : name + SpoolNames.Original + ending,
            name + SpoolNames.Annotated + ending,
            bytes,
            null,
            Event: told);
        if (_room.Make(bytes + SidecarRoom) is { } noRoom)
        {
            _health.Fail(bytes, noRoom);
            Lost.Add(part.Station, part.Id, noRoom);
            _room.ReportEvicted();
            return;
        }
        string? wasFull = null;
        while (true)
        {
            try
            {
                long written = _folder.Write(day, name, sidecar, original, annotated);
                _index.Add(new SpoolEntry(part.Id, sidecar.At, part.Station, part.Verdict.Kind, day, name, written), delivered: false);
                break;
            }
            catch (Exception e) when (DiskFault.Is(e))
            {
                string fault = SpoolFault.Explain(e, _folder.Folder);
                _health.Fail(bytes, fault);
                // Only once: an older picture gives way to a newer one, but only if that helps.
                if (wasFull is null && DiskFault.IsFull(e) && _room.Free(bytes + SidecarRoom, fault) > 0)
                {
                    wasFull = fault;
                    continue;
                }
                Lost.Add(part.Station, part.Id, fault);
                return;
            }
        }
        if (wasFull is null)
            _health.Mend();
        _room.ReportEvicted();
        _health.Show(_index);
        Added?.Invoke();
    }

    /// <summary>
    /// Writes the sheet with the frames around a part beside its pictures, if there is room to spare:
    /// no picture gives way to it, only older sheets do.
    /// </summary>
    /// <returns>Why the sheet was given up, as a sentence; null: it was written.</returns>
    public string? StoreAround(InspectedPart part, byte[] sheet)
    {
        if (_index.Of(part.Id) is not { } entry)
            return $"the picture of part {part.Part} is not in the image spool.";
        if (_room.MakeForAround(sheet.Length) is { } noRoom)
            return noRoom;
        try
        {
            // When a part has been removed meanwhile, its sheet is removed too.
            if (_folder.WriteAround(entry, sheet) && _index.AddAround(entry.Id, sheet.Length) is null)
                _folder.DeleteAround(entry);
            return null;
        }
        catch (Exception e) when (DiskFault.Is(e))
        {
            return SpoolFault.Explain(e, _folder.Folder);
        }
    }

    /// <summary>Makes room for others by giving pictures up, the oldest delivered first.</summary>
    /// <returns>Bytes freed; less than asked for when nothing is left to give up, or nothing can be deleted.</returns>
    public long FreeSpace(long bytes) =>
        _room.Free(bytes, $"The disk with the image spool '{_folder.Folder}' is full, and events need the space. Free some space.");

    /// <summary>The oldest pictures that wait for the broker.</summary>
    public List<SpoolEntry> NextToPublish(int most, Func<SpoolEntry, bool> may) => _index.NextToPublish(most, may);

    /// <summary>Reads the sidecar and the picture of a part that is to be published.</summary>
    /// <returns>Null when the picture has been given up meanwhile, or its files are gone: then that was noted.</returns>
    public (Sidecar Sidecar, byte[] Picture)? Read(SpoolEntry entry)
    {
        string fault = "its files are gone or broken";
        try
        {
            if (_folder.ReadSidecar(entry) is { } sidecar)
                return (sidecar, _folder.ReadAnnotated(entry, sidecar));
        }
        catch (Exception e) when (DiskFault.Is(e))
        {
            fault = e.Message;
        }
        GiveUp(entry, null, $"A picture in the image spool '{_folder.Folder}' could not be read: {fault}.");
        return null;
    }

    /// <summary>Notes that the broker has the picture.</summary>
    public void Deliver(SpoolEntry entry, Sidecar sidecar)
    {
        // Even if the note fails the picture is delivered; it would only be published again after a restart.
        if (Settle(entry))
            Note(entry, sidecar with { Delivered = _time.GetUtcNow().UtcDateTime });
    }

    /// <summary>Notes something in the sidecar, so that a restart knows of it; a disk that refuses is complained of.</summary>
    public void Note(SpoolEntry entry, Sidecar sidecar)
    {
        try
        {
            _folder.Mark(entry, sidecar);
        }
        catch (Exception e) when (DiskFault.Is(e))
        {
            _health.Fail(SidecarRoom, SpoolFault.Explain(e, _folder.Folder));
        }
    }

    /// <summary>
    /// Stops publishing a picture that the broker does not take. The picture's files stay as long as there is room, as if delivered.
    /// </summary>
    /// <returns>Where the picture lies, below the data folder; null when it has been given up meanwhile.</returns>
    public string? SetAside(SpoolEntry entry, Sidecar sidecar)
    {
        if (!Settle(entry))
            return null;
        Note(entry, sidecar with { SetAside = _time.GetUtcNow().UtcDateTime });
        return $"{Path.GetFileName(_folder.Folder)}/{entry.Day}/{sidecar.Annotated}";
    }

    /// <summary>Gives up publishing a picture that can't be published. Its files stay as long as there is room, as if delivered.</summary>
    /// <param name="entry">The picture.</param>
    /// <param name="sidecar">The picture's sidecar, in which that is noted; null: it can't be read.</param>
    /// <param name="reason">Why the picture is given up, in a sentence.</param>
    public void GiveUp(SpoolEntry entry, Sidecar? sidecar, string reason)
    {
        if (!Settle(entry))
            return;
        if (sidecar is not null)
            Note(entry, sidecar with { SetAside = _time.GetUtcNow().UtcDateTime });
        Lost.Add(entry.Station, entry.Id, reason);
    }

    /// <summary>
    /// Looks at the quotas, tries a failed disk again, withdraws complaints that are no longer true, and tells of losses.
    /// </summary>
    internal void KeepHouse()
    {
        _ages.RemoveOld();
        if (_room.Make(0) is { } noRoom)
            _health.Fail(0, noRoom);
        TryDisk();
        _health.WithdrawPressure(IsEased);
        Lost.Report();
        _health.Show(_index);
    }

    /// <summary>Reads the pictures that an earlier process left. Other pictures may be stored meanwhile.</summary>
    internal void Load(CancellationToken stop)
    {
        long began = _time.GetTimestamp();
        try
        {
            var told = new SpoolFinds(
                (entry, delivered) => _index.Add(entry, delivered), (id, bytes) => _index.AddAround(id, bytes), LoseUnfinished);
            SpoolScan scan = _folder.Scan(told, stop);
            if (scan.Strangers > 0)
                LogStrangers(_log, scan.Strangers, _folder.Folder, scan.Stranger!);
            if (scan.Orphans > 0)
                LogOrphans(_log, scan.Orphans, _folder.Folder, scan.Orphan!);
        }
        catch (Exception e) when (DiskFault.Is(e))
        {
            _health.Fail(0, SpoolFault.Explain(e, _folder.Folder));
        }
        if (_index.Newest is { } newest)
            _ages.LookBack(newest);
        _loaded.TrySetResult();
        _health.Show(_index);
        SpoolContent content = _index.Whole;
        double seconds = _time.GetElapsedTime(began).TotalSeconds;
        if (content.Parts > 0)
            LogLoaded(_log, content.Parts, content.Bytes, content.Waiting, seconds);
        KeepHouse();
        Added?.Invoke();
    }

    private void LoseUnfinished(string name, Guid id)
    {
        // Only the sidecar would know the station itself.
        if (_stations.Keys.FirstOrDefault(station => SpoolNames.StationOf(name) == SpoolNames.Of(station)) is { } station)
            Lost.Add(station, id, "The agent was ended while it wrote the picture.");
    }

    private bool Settle(SpoolEntry entry)
    {
        bool waited = _index.Settle(entry);
        _health.Show(_index);
        return waited;
    }

    private void TryDisk()
    {
        if (_health.FailedBytes is not { } failed)
            return;
        try
        {
            // Room for more than one picture, so that the complaint does not come and go.
            long bytes = Math.Max(2 * failed, 256 * 1024);
            if (_room.Missing(bytes) is > 0)
                return;
            _folder.Probe(bytes);
            _health.Mend();
        }
        catch (Exception e) when (DiskFault.Is(e))
        {
            _health.Fail(0, SpoolFault.Explain(e, _folder.Folder));
        }
    }

    // Well below the limits, so that the complaint does not come and go.
    private bool IsEased()
    {
        SpoolContent content = _index.Whole;
        return content.WaitingBytes <= _options.SpoolMaxBytes / 10 * 9 && content.Waiting <= _options.SpoolMaxParts / 10 * 9
            && _room.Missing(_options.SpoolMinimumFree / 20) is not > 0;
    }

    [LoggerMessage(EventId = 534, Level = LogLevel.Information, Message = "The image spool holds {Parts} parts in {Bytes} bytes, "
        + "{Waiting} of them for the broker; reading it took {Seconds:0.0} s")]
    private static partial void LogLoaded(ILogger log, int parts, long bytes, int waiting, double seconds);

    [LoggerMessage(EventId = 531, Level = LogLevel.Warning,
        Message = "{Count} files in the image spool {Folder} are not of its making and are left alone, such as {Example}")]
    private static partial void LogStrangers(ILogger log, int count, string folder, string example);

    [LoggerMessage(
        EventId = 533,
        Level = LogLevel.Warning,
        Message = "The notes beside {Count} parts' pictures in the image spool {Folder} are broken, such as {Example}. "
            + "The pictures are not published; they stay while there is room, and count")]
    private static partial void LogOrphans(ILogger log, int count, string folder, string example);
}
