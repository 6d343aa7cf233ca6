using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Delivery.Images.Spool;

/// <summary>
/// Makes room for new pictures, within the quotas and on the disk, by giving others up: delivered pictures first, the oldest first.
/// Thread-safe; one thread at a time makes room, so that two do not delete for the same need.
/// </summary>
/// <param name="options">The quotas.</param>
/// <param name="folder">The files.</param>
/// <param name="index">Knows which pictures are there, and which goes first.</param>
/// <param name="health">Told when pictures have to go, or can't be deleted.</param>
/// <param name="lost">Told of pictures that were removed before the broker had them.</param>
/// <param name="freeBytes">Bytes that are free on the disk of a folder; null when nobody knows.</param>
internal sealed class SpoolRoom(
    ImageOptions options, SpoolFolder folder, SpoolIndex index, SpoolHealth health, LostImages lost, Func<string, long?> freeBytes)
{
    private readonly Lock _gate = new();
    private volatile bool _hasEvictedWaiting;

    /// <summary>How many bytes the disk lacks for so many more; 0 or less: none. Null: nobody knows.</summary>
    public long? Missing(long bytes) => freeBytes(folder.Folder) is { } free ? options.SpoolMinimumFree + bytes - free : null;

    /// <summary>Makes room for the pictures of a part, if need be by giving others up.</summary>
    /// <param name="bytes">How many bytes; 0: no new pictures, only the quotas are to be kept.</param>
    /// <returns>Null when there is room; else why not.</returns>
    public string? Make(long bytes)
    {
        if (bytes > options.SpoolMaxBytes)
        {
            return "The pictures of one part have more bytes than the whole image spool may hold. "
                + $"Raise Images:SpoolMaxBytes ({options.SpoolMaxBytes}).";
        }
        lock (_gate)
            return KeepQuota(bytes) ?? KeepFree(bytes);
    }

    /// <summary>Makes room for the sheet with the frames around a part: no picture gives way to it, only older sheets do.</summary>
    /// <returns>Null when there is room; else why not.</returns>
    public string? MakeForAround(long bytes)
    {
        lock (_gate)
        {
            while (index.AroundBytes + bytes > options.AroundMaxBytes)
            {
                if (EvictAround() is null)
                    return $"sheets have reached Images:AroundMaxBytes ({options.AroundMaxBytes}).";
            }
            return Missing(bytes) is > 0
                ? $"less than Images:SpoolMinimumFree ({options.SpoolMinimumFree} bytes) is free on the disk with the image spool."
                : null;
        }
    }

    /// <summary>Makes room for others than pictures.</summary>
    /// <returns>Bytes freed; less than asked for when nothing is left to give up, or nothing can be deleted.</returns>
    public long Free(long bytes, string reason)
    {
        long freed = 0;
        lock (_gate)
        {
            while (freed < bytes && GiveWay(reason) is { } more)
                freed += more;
        }
        health.Show(index);
        return freed;
    }

    /// <summary>Gives up pictures that are older than a moment.</summary>
    /// <param name="moment">By the wall clock, in UTC.</param>
    /// <param name="onlyDelivered">True: leaves out pictures that wait to be published.</param>
    /// <param name="reason">Why the pictures are given up, in a sentence.</param>
    public void RemoveBefore(DateTime moment, bool onlyDelivered, string reason)
    {
        lock (_gate)
        {
            while (index.FirstBefore(moment, onlyDelivered) is { } old && Evict(old, reason) is not null)
            {
            }
        }
    }

    /// <summary>
    /// Tells at once of pictures that were removed before the broker had them, because their files are gone. Pictures that could not be
    /// written are told later: at such a time every part has a loss, and the events themselves need the disk.
    /// </summary>
    public void ReportEvicted()
    {
        if (!_hasEvictedWaiting)
            return;
        _hasEvictedWaiting = false;
        lost.Report();
    }

    private string? KeepQuota(long bytes)
    {
        string full = $"The image spool '{folder.Folder}' has reached its quota before the broker took the pictures. Mend the connection, "
            + $"or raise Images:SpoolMaxBytes ({options.SpoolMaxBytes}) or Images:SpoolMaxParts ({options.SpoolMaxParts}).";
        int parts = bytes > 0 ? 1 : 0;
        while (index.Whole is var whole && (whole.Bytes + bytes > options.SpoolMaxBytes || whole.Parts + parts > options.SpoolMaxParts))
        {
            if (EvictNext(full) is null)
                return full;
        }
        return null;
    }

    private string? KeepFree(long bytes)
    {
        if (Missing(bytes) is not { } missing || missing <= 0)
            return null;
        string full = $"Less than Images:SpoolMinimumFree ({options.SpoolMinimumFree} bytes) is free on the disk with the image spool "
            + $"'{folder.Folder}'. Free some space.";
        // Frees only as much as is missing, whatever the disk says meanwhile: some file systems free space late.
        for (long freed = 0; freed < missing;)
        {
            if (GiveWay(full) is not { } more)
                return full;
            freed += more;
        }
        return Missing(bytes) is > 0 ? full : null;
    }

    // The sheets with frames around a part are no evidence: where the disk lacks room they go before any picture.
    private long? GiveWay(string reason) => EvictAround() ?? EvictNext(reason);

    // Gives the bytes freed; null when nothing is left, or nothing can be deleted.
    private long? EvictNext(string reason) => index.FirstToGo() is { } next ? Evict(next, reason) : null;

    private long? EvictAround() =>
        index.FirstAroundToGo() is { } oldest && TryDelete(() => folder.DeleteAround(oldest)) ? index.RemoveAround(oldest) : null;

    private long? Evict(SpoolEntry entry, string reason)
    {
        // If a file can't be deleted, it stays where it is, and so do the others: then nothing is lost.
        if (!TryDelete(() => folder.Delete(entry)))
            return null;
        long around = index.RemoveAround(entry);
        if (index.Remove(entry) is true)
        {
            _hasEvictedWaiting = true;
            health.Press(reason);
            lost.Add(entry.Station, entry.Id, reason);
        }
        return entry.Bytes + around;
    }

    private bool TryDelete(Action delete)
    {
        try
        {
            delete();
            return true;
        }
        catch (Exception e) when (DiskFault.Is(e))
        {
            health.Fail(0, SpoolFault.Explain(e, folder.Folder));
            return false;
        }
    }
}
