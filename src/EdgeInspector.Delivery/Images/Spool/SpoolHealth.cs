namespace EdgeInspector.Delivery.Images.Spool;

/// <summary>
/// Tells the stations how the spool fares: complains while the disk refuses or pictures have to go, withdraws when that is over,
/// and shows how much lies there. Thread-safe.
/// </summary>
/// <param name="stations">The stations by name.</param>
/// <param name="time">The clock.</param>
internal sealed class SpoolHealth(IReadOnlyDictionary<string, EvidenceStation> stations, TimeProvider time)
{
    private const long MostProbed = 16 << 20;

    // Not withdrawn between two pictures that both had to go.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private string? _diskFault;
    private long _failedBytes;
    private string? _pressure;
    private long _lastLoss;

    /// <summary>The most bytes that could not be written since the disk was well; null: it is well.</summary>
    public long? FailedBytes
    {
        get
        {
            lock (_gate)
                return _diskFault is null ? null : _failedBytes;
        }
    }

    /// <summary>The disk refused so many bytes.</summary>
    public void Fail(long bytes, string fault)
    {
        lock (_gate)
        {
            _failedBytes = Math.Max(_diskFault is null ? 0 : _failedBytes, Math.Min(bytes, MostProbed));
            _diskFault = fault;
            Complain();
        }
    }

    /// <summary>The disk takes what is written.</summary>
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

    /// <summary>A picture had to go that the broker did not have.</summary>
    public void Press(string reason)
    {
        lock (_gate)
        {
            _pressure = reason;
            _lastLoss = time.GetTimestamp();
            Complain();
        }
    }

    /// <summary>Withdraws that pictures have to go, when none had to for a while.</summary>
    /// <param name="isEased">True where there is room, with some distance, so that the complaint does not come and go.</param>
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
        string? reason = _diskFault ?? _pressure;
        foreach (EvidenceStation station in stations.Values)
        {
            if (reason is null)
                station.Health.Withdraw(ImageSpool.Component);
            else
                station.Health.Complain(ImageSpool.Component, reason + " Pictures of parts are given up meanwhile; inspecting goes on.");
        }
    }
}
