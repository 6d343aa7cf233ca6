using EdgeInspector.Inspection.Clocks;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Delivery.Images.Spool;

/// <summary>
/// Keeps the pictures of parts on disk, within the quotas, and knows what lies there. A disk that refuses costs pictures, never more.
/// </summary>
/// <remarks>
/// Threads: one stores; one publishes; one keeps house; the journal may ask for space at any time. None of them is a station's.
/// </remarks>
internal sealed partial class ImageSpool
{
    /// <summary>The component under whose name the spool complains.</summary>
    public const string Component = "spool";

    /// <summary>How often quotas are looked at, a failed disk is tried again and losses are told.</summary>
    internal static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    // So long after a start nothing undelivered goes for its age: after a long standstill the broker first gets its chance.
    internal static readonly TimeSpan FirstChance = TimeSpan.FromHours(1);

    // So long after the wall clock jumped nothing goes for its age: somebody must first see that the clock is wrong, or that the pictures' dates are.
    internal static readonly TimeSpan AfterJump = TimeSpan.FromDays(1);

    // Not withdrawn between two pictures that both had to go.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private readonly ImageOptions _options;
    private readonly IReadOnlyDictionary<string, EvidenceStation> _stations;
    private readonly WallClock _clock;
    private readonly Func<string, long?> _freeBytes;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly SpoolFolder _folder;
    private readonly SpoolIndex _index = new();

    private const int SidecarRoom = 4096;

    // Who complains, under _complaints.
    private readonly Lock _complaints = new();
    private string? _diskFault;
    private long _failedBytes;
    private string? _pressure;
    private long _lastLoss;

    // One who makes room at a time, so that two do not delete for the same need.
    private readonly Lock _evicting = new();
    private volatile bool _evictedWaiting;
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Prepares the spool; touches nothing yet.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="options">The settings; validated.</param>
    /// <param name="stations">The stations by name: their health and counters are told.</param>
    /// <param name="lost">Told of pictures that are given up.</param>
    /// <param name="freeBytes">Bytes that are free on the disk of a folder; null when nobody knows.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The log.</param>
    public ImageSpool(
        string folder,
        ImageOptions options,
        IReadOnlyDictionary<string, EvidenceStation> stations,
        LostImages lost,
        Func<string, long?> freeBytes,
        TimeProvider time,
        ILogger log)
    {
        (_options, _stations, _freeBytes, _time, _log, Lost) = (options, stations, freeBytes, time, log, lost);
        _folder = new SpoolFolder(folder);
        _clock = new WallClock(time);
    }

    /// <summary>Told of pictures that are given up.</summary>
    public LostImages Lost { get; }

    /// <summary>Raised when a picture waits to be published.</summary>
    public Action? Added { get; set; }

    /// <summary>Completes when what an earlier process left is known.</summary>
    public Task Loaded => _loaded.Task;

    /// <summary>How much lies in the spool.</summary>
    public SpoolContent Content => _index.Whole;

    /// <summary>Reads what an earlier process left, then keeps house until stopped.</summary>
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

    /// <summary>Writes a part's pictures, or gives them up, counts it and says why.</summary>
    public void Store(InspectedPart part, string topic, byte[]? original, byte[] annotated)
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
            SpoolNames.Word(part.Verdict.Kind),
            part.Verdict.Rule,
            part.Verdict.Tag,
            float.IsFinite(part.Verdict.Probability) ? part.Verdict.Probability : 0,
            topic,
            original is null ? null : name + SpoolNames.Original + ending,
            name + SpoolNames.Annotated + ending,
            bytes,
            null);
        if (MakeRoom(bytes + SidecarRoom) is { } noRoom)
        {
            Fail(bytes, noRoom);
            Lost.Add(part.Station, part.Id, noRoom);
            ReportEvicted();
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
                string fault = DiskFault.Explain(e, _folder.Folder);
                Fail(bytes, fault);
                // Once: an older picture gives way to a newer one, but only if that helps.
                if (wasFull is null && DiskFault.IsFull(e) && FreeSpace(bytes + SidecarRoom, fault) > 0)
                {
                    wasFull = fault;
                    continue;
                }
                Lost.Add(part.Station, part.Id, fault);
                return;
            }
        }
        if (wasFull is null)
            Mend();
        ReportEvicted();
        UpdateGauges();
        Added?.Invoke();
    }

    /// <summary>
    /// Writes the sheet with the frames around a part beside its pictures, if there is room to spare: no picture gives way to it, only older sheets do.
    /// </summary>
    /// <returns>Why it was given up, as a sentence; null: it was written.</returns>
    public string? StoreAround(InspectedPart part, byte[] sheet)
    {
        if (_index.Of(part.Id) is not { } entry)
            return $"the picture of part {part.Part} is not in the image spool.";
        lock (_evicting)
        {
            while (_index.AroundBytes + sheet.Length > _options.AroundMaxBytes)
            {
                if (EvictAround() is null)
                    return $"sheets have reached Images:AroundMaxBytes ({_options.AroundMaxBytes}).";
            }
            if (Missing(sheet.Length) is > 0)
                return $"less than Images:SpoolMinimumFree ({_options.SpoolMinimumFree} bytes) is free on the disk with the image spool.";
            try
            {
                if (_folder.WriteAround(entry, sheet))
                    _index.AddAround(entry.Id, sheet.Length);
                return null;
            }
            catch (Exception e) when (DiskFault.Is(e))
            {
                return DiskFault.Explain(e, _folder.Folder);
            }
        }
    }

    /// <summary>Makes room for others by giving pictures up, the oldest delivered first.</summary>
    /// <returns>Bytes freed; less than asked for when nothing is left to give up, or nothing can be deleted.</returns>
    public long FreeSpace(long bytes) => FreeSpace(bytes, $"The disk with the image spool '{_folder.Folder}' is full, and events need the space. Free some space.");

    /// <summary>The oldest pictures that wait for the broker.</summary>
    public List<SpoolEntry> NextToPublish(int most, Func<SpoolEntry, bool> may) => _index.NextToPublish(most, may);

    /// <summary>Reads what is to be published of a part.</summary>
    /// <returns>Null when it has been given up meanwhile, or its files are gone: then that was noted.</returns>
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
        // It is delivered all the same where the note fails; only after a restart it would be published again.
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
            Fail(SidecarRoom, DiskFault.Explain(e, _folder.Folder));
        }
    }

    /// <summary>
    /// Publishes a picture no more that the broker does not take. Its files stay as long as there is room, as if delivered.
    /// </summary>
    /// <returns>Where it lies, below the data folder; null when it has been given up meanwhile.</returns>
    public string? SetAside(SpoolEntry entry, Sidecar sidecar)
    {
        if (!Settle(entry))
            return null;
        Note(entry, sidecar with { SetAside = _time.GetUtcNow().UtcDateTime });
        return $"{Path.GetFileName(_folder.Folder)}/{entry.Day}/{sidecar.Annotated}";
    }

    /// <summary>Gives up publishing a picture that can't be published. Its files stay as long as there is room, as if delivered.</summary>
    /// <param name="entry">The picture.</param>
    /// <param name="sidecar">Its sidecar, in which that is noted; null: it can't be read.</param>
    /// <param name="reason">Why, in a sentence.</param>
    public void GiveUp(SpoolEntry entry, Sidecar? sidecar, string reason)
    {
        if (!Settle(entry))
            return;
        if (sidecar is not null)
            Note(entry, sidecar with { SetAside = _time.GetUtcNow().UtcDateTime });
        Lost.Add(entry.Station, entry.Id, reason);
    }

    /// <summary>Looks at the quotas, tries a failed disk again, withdraws complaints that are no longer true, and tells of losses.</summary>
    internal void KeepHouse()
    {
        RemoveOld();
        if (MakeRoom(0) is { } noRoom)
            Fail(0, noRoom);
        TryDisk();
        WithdrawPressure();
        Lost.Report();
        UpdateGauges();
    }

    /// <summary>Reads what an earlier process left. Pictures may be stored meanwhile.</summary>
    internal void Load(CancellationToken stop)
    {
        long began = _time.GetTimestamp();
        try
        {
            SpoolScan scan = _folder.Scan(
                (entry, delivered) => _index.Add(entry, delivered), (id, bytes) => _index.AddAround(id, bytes), LoseUnfinished, stop);
            if (scan.Strangers > 0)
                LogStrangers(_log, scan.Strangers, _folder.Folder, scan.Stranger!);
            if (scan.Orphans > 0)
                LogOrphans(_log, scan.Orphans, _folder.Folder, scan.Orphan!);
        }
        catch (Exception e) when (DiskFault.Is(e))
        {
            Fail(0, DiskFault.Explain(e, _folder.Folder));
        }
        if (_index.Newest is { } newest && _clock.LookBack(newest) is { } jump)
            LogJumped(_log, jump, AfterJump.TotalHours);
        _loaded.TrySetResult();
        UpdateGauges();
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

    // Null when there is room for so many bytes, if need be by giving pictures up; else why not.
    private string? MakeRoom(long bytes)
    {
        lock (_evicting)
        {
            if (bytes > _options.SpoolMaxBytes)
                return $"The pictures of one part have more bytes than the whole image spool may hold. Raise Images:SpoolMaxBytes ({_options.SpoolMaxBytes}).";
            string byQuota = $"The image spool '{_folder.Folder}' has reached its quota before the broker took the pictures. Mend the connection, or raise Images:SpoolMaxBytes ({_options.SpoolMaxBytes}) or Images:SpoolMaxParts ({_options.SpoolMaxParts}).";
            int parts = bytes > 0 ? 1 : 0;
            while (_index.Whole is var whole && (whole.Bytes + bytes > _options.SpoolMaxBytes || whole.Parts + parts > _options.SpoolMaxParts))
            {
                if (EvictNext(byQuota) is null)
                    return byQuota;
            }
            if (Missing(bytes) is not { } missing || missing <= 0)
                return null;
            string byDisk = $"Less than Images:SpoolMinimumFree ({_options.SpoolMinimumFree} bytes) is free on the disk with the image spool '{_folder.Folder}'. Free some space.";
            // Only as much as is missing, whatever the disk says meanwhile: some file systems free space late.
            for (long freed = 0; freed < missing;)
            {
                if ((EvictAround() ?? EvictNext(byDisk)) is not { } more)
                    return byDisk;
                freed += more;
            }
            return Missing(bytes) is > 0 ? byDisk : null;
        }
    }

    private long? Missing(long bytes) => _freeBytes(_folder.Folder) is { } free ? _options.SpoolMinimumFree + bytes - free : null;

    private long FreeSpace(long bytes, string reason)
    {
        long freed = 0;
        lock (_evicting)
        {
            while (freed < bytes && (EvictAround() ?? EvictNext(reason)) is { } more)
                freed += more;
        }
        UpdateGauges();
        return freed;
    }

    private void RemoveOld()
    {
        if (_clock.Look() is { } jump)
            LogJumped(_log, jump, AfterJump.TotalHours);
        if (_clock.SinceJump < AfterJump)
            return;
        DateTimeOffset now = _time.GetUtcNow();
        // By a clock that is certainly wrong nothing is old.
        if (!WallTime.IsPossible(now))
            return;
        DateTime limit = WallTime.Before(now, _options.SpoolMaxAge).UtcDateTime;
        bool onlyDelivered = _clock.Watched < FirstChance;
        lock (_evicting)
        {
            while (_index.FirstBefore(limit, onlyDelivered) is { } old)
            {
                if (Evict(old, $"A picture was older than Images:SpoolMaxAge ({_options.SpoolMaxAge}) before the broker took it. Mend the connection.") is null)
                    return;
            }
        }
    }

    private bool Settle(SpoolEntry entry)
    {
        bool waited = _index.Settle(entry);
        UpdateGauges();
        return waited;
    }

    // Bytes freed; null when nothing is left, or nothing can be deleted.
    private long? EvictNext(string reason) => _index.FirstToGo() is { } next ? Evict(next, reason) : null;

    // The sheets with frames around a part are nobody's evidence: where the disk is short they go before any picture.
    private long? EvictAround()
    {
        if (_index.FirstAroundToGo() is not { } oldest)
            return null;
        try
        {
            _folder.DeleteAround(oldest);
        }
        catch (Exception e) when (DiskFault.Is(e))
        {
            Fail(0, DiskFault.Explain(e, _folder.Folder));
            return null;
        }
        return _index.RemoveAround(oldest);
    }

    private long? Evict(SpoolEntry entry, string reason)
    {
        try
        {
            _folder.Delete(entry);
        }
        catch (Exception e) when (DiskFault.Is(e))
        {
            // It stays where it is, and so do the others: what can't be deleted is not lost.
            Fail(0, DiskFault.Explain(e, _folder.Folder));
            return null;
        }
        long around = _index.RemoveAround(entry);
        if (_index.Remove(entry) is true)
        {
            _evictedWaiting = true;
            Press(reason);
            Lost.Add(entry.Station, entry.Id, reason);
        }
        return entry.Bytes + around;
    }

    // At once, because the files are gone. What could not be written is told by and by: then every part has its loss, and events need the disk themselves.
    private void ReportEvicted()
    {
        if (!_evictedWaiting)
            return;
        _evictedWaiting = false;
        Lost.Report();
    }

    private void UpdateGauges()
    {
        foreach ((string name, EvidenceStation station) in _stations)
        {
            SpoolContent content = _index.Of(name);
            station.Counters.SetSpool(content.Waiting, content.Bytes);
        }
    }

    private void Fail(long bytes, string fault)
    {
        lock (_complaints)
        {
            _failedBytes = Math.Max(_diskFault is null ? 0 : _failedBytes, Math.Min(bytes, 16 << 20));
            _diskFault = fault;
            Complain();
        }
    }

    private void Mend()
    {
        lock (_complaints)
        {
            if (_diskFault is null)
                return;
            _diskFault = null;
            Complain();
        }
    }

    private void Press(string reason)
    {
        lock (_complaints)
        {
            _pressure = reason;
            _lastLoss = _time.GetTimestamp();
            Complain();
        }
    }

    private void TryDisk()
    {
        long bytes;
        lock (_complaints)
        {
            if (_diskFault is null)
                return;
            bytes = _failedBytes;
        }
        try
        {
            // Room for more than one, so that the complaint does not come and go.
            bytes = Math.Max(2 * bytes, 256 * 1024);
            if (Missing(bytes) is > 0)
                return;
            _folder.Probe(bytes);
            Mend();
        }
        catch (Exception e) when (DiskFault.Is(e))
        {
            Fail(0, DiskFault.Explain(e, _folder.Folder));
        }
    }

    private void WithdrawPressure()
    {
        SpoolContent content = _index.Whole;
        lock (_complaints)
        {
            if (_pressure is null || _time.GetElapsedTime(_lastLoss) < Quiet)
                return;
            // With some distance, so that it does not come and go.
            if (content.WaitingBytes > _options.SpoolMaxBytes / 10 * 9 || content.Waiting > _options.SpoolMaxParts / 10 * 9 || Missing(_options.SpoolMinimumFree / 20) is > 0)
                return;
            _pressure = null;
            Complain();
        }
    }

    private void Complain()
    {
        string? reason = _diskFault ?? _pressure;
        foreach (EvidenceStation station in _stations.Values)
        {
            if (reason is null)
                station.Health.Withdraw(Component);
            else
                station.Health.Complain(Component, reason + " Pictures of parts are given up meanwhile; inspecting goes on.");
        }
    }

    [LoggerMessage(EventId = 534, Level = LogLevel.Information, Message = "The image spool holds {Parts} parts in {Bytes} bytes, {Waiting} of them for the broker; reading it took {Seconds:0.0} s")]
    private static partial void LogLoaded(ILogger log, int parts, long bytes, int waiting, double seconds);

    [LoggerMessage(EventId = 531, Level = LogLevel.Warning,
        Message = "{Count} files in the image spool {Folder} are not of its making and are left alone, such as {Example}")]
    private static partial void LogStrangers(ILogger log, int count, string folder, string example);

    [LoggerMessage(
        EventId = 533,
        Level = LogLevel.Warning,
        Message = "The notes beside {Count} parts' pictures in the image spool {Folder} are broken, such as {Example}. The pictures are not published; they stay while there is room, and count")]
    private static partial void LogOrphans(ILogger log, int count, string folder, string example);

    [LoggerMessage(EventId = 532, Level = LogLevel.Warning, Message = "The wall clock jumped by {Jump}. Check it: pictures go by their age (Images:SpoolMaxAge) again in {Hours} hours")]
    private static partial void LogJumped(ILogger log, TimeSpan jump, double hours);
}
