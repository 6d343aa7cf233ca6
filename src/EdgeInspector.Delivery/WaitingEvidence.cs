namespace EdgeInspector.Delivery;

/// <summary>How much evidence waits or lies on disk now, as a station's <c>state</c> shows it. Thread-safe.</summary>
public sealed class WaitingEvidence
{
    private long _events, _journalBytes, _images, _spoolBytes;

    /// <summary>Events of all stations that wait to be delivered.</summary>
    public long Events => Interlocked.Read(ref _events);

    /// <summary>Bytes that waiting events of all stations take on disk.</summary>
    public long JournalBytes => Interlocked.Read(ref _journalBytes);

    /// <summary>Images of this station that wait in the spool for the broker.</summary>
    public long Images => Interlocked.Read(ref _images);

    /// <summary>Bytes that this station's images take in the spool, delivered or not.</summary>
    public long SpoolBytes => Interlocked.Read(ref _spoolBytes);

    internal void SetJournal(long events, long bytes)
    {
        Interlocked.Exchange(ref _events, events);
        Interlocked.Exchange(ref _journalBytes, bytes);
    }

    internal void SetSpool(long images, long bytes)
    {
        Interlocked.Exchange(ref _images, images);
        Interlocked.Exchange(ref _spoolBytes, bytes);
    }
}
