using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Delivery.Images.Spool;

/// <summary>
/// Tells the stations how the spool fares: complains while the disk refuses or pictures have to go, withdraws the complaint afterwards, and
/// shows how much lies in the spool. Thread-safe.
/// </summary>
/// <param name="stations">The stations by name.</param>
/// <param name="time">The clock.</param>
internal sealed class SpoolHealth(IReadOnlyDictionary<string, EvidenceStation> stations, TimeProvider time)
{
    private const long MostProbed = 16 << 20;

    // A complaint is not withdrawn between two pictures that both had to go.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private string? _diskFault;
    private long _failedBytes;
    private string? _pressure;
    private long _lastLoss;

    /// <summary>The most bytes that could not be written since the disk was last well; null: the disk is well.</summary>
    public long? FailedBytes
    {
        get
        {
            lock (_gate)
                return _diskFault is null ? null : _failedBytes;
        }
    }

    /// <summary>Notes that the disk refused so many bytes.</summary>
    public void Fail(long bytes, string fault)
    {
        lock (_gate)
        {
            _failedBytes = Math.Max(_diskFault is null ? 0 : _failedBytes, Math.Min(bytes, MostProbed));
            _diskFault = fault;
            Complain();
        }
    }

    /// <summary>Notes that the disk takes pictures again.</summary>
    public void Mend()
    {
        lock (_gate)
        {
            if (_diskFault is null)
                return;
            _diskFault = null;
            Complain();
        }
    }

    /// <summary>Notes that a picture had to go before the broker had it.</summary>
    public void Press(string reason)
    {
        lock (_gate)
        {
            _pressure = reason;
            _lastLoss = time.GetTimestamp();
            Complain();
        }
    }

    /// <summary>Withdraws the complaint that pictures have to go, when none had to go for a while.</summary>
    /// <param name="isEased">True where there is enough room that the complaint will not come and go.</param>
    public void WithdrawPressure(Func<bool> isEased)
    {
        lock (_gate)
        {
            if (_pressure is null || time.GetElapsedTime(_lastLoss) < Quiet || !isEased())
                return;
            _pressure = null;
            Complain();
        }
    }

    /// <summary>Shows how much lies in the spool.</summary>
    public void Show(SpoolIndex index)
    {
        foreach ((string name, EvidenceStation station) in stations)
        {
            SpoolContent content = index.Of(name);
            station.Waiting.SetSpool(content.Waiting, content.Bytes);
        }
    }

    private void Complain()
    {
        Said? reason = _diskFault is { } fault ? DeliveryWordings.SpoolDisk.Of(fault)
            : _pressure is { } pressure ? DeliveryWordings.SpoolRoom.Of(pressure)
            : null;
        foreach (EvidenceStation station in stations.Values)
        {
            if (reason is null)
                station.Health.Withdraw(ImageSpool.Component);
            else
                station.Health.Complain(reason);
        }
    }
}
