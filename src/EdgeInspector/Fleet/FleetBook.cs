using EdgeInspector.Delivery.Fleet;
using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Fleet;

/// <summary>Keeps what was heard of each station, and judges how it is. Thread-safe.</summary>
/// <param name="patience">How long a station may be silent before it counts as <see cref="Condition.Silent"/>.</param>
/// <param name="expected">Who ought to be there.</param>
/// <param name="time">The clock.</param>
internal sealed class FleetBook(TimeSpan patience, ExpectedStations expected, TimeProvider time)
{
    // A broker of strangers must not fill the memory.
    private const int MostStations = 20_000;
    private const int LongestPrefix = 512;

    private readonly Lock _gate = new();

    // All under _gate.
    private readonly Dictionary<string, Known> _stations = new(StringComparer.Ordinal);
    private string? _notConnected = "Not connected to the broker yet.";
    private long _listeningSince;
    private long _lostAt;
    private long _strangers;

    /// <summary>Why nothing can be heard at the moment; null while the broker delivers.</summary>
    public string? NotConnected
    {
        get
        {
            lock (_gate)
                return _notConnected;
        }
    }

    /// <summary>Messages on <c>…/state</c> that were none of a station, and stations beyond those that are kept.</summary>
    public long Strangers
    {
        get
        {
            lock (_gate)
                return _strangers;
        }
    }

    /// <summary>Notes that the broker delivers from now on (null), or why it does not.</summary>
    public void Connect(string? fault)
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();
            if (fault is null)
                _listeningSince = now;
            else if (_notConnected is null)
                _lostAt = now;
            _notConnected = fault;
        }
    }

    /// <summary>Takes a message in.</summary>
    public void Hear(FleetMessage message)
    {
        lock (_gate)
        {
            bool isKnown = _stations.TryGetValue(message.Prefix, out Known? station);
            if (!message.IsState)
            {
                if (isKnown && !message.IsRetained)
                    station!.HeardAt = time.GetTimestamp();
            }
            else if (message.Payload is { Length: 0 })
            {
                // Somebody has cleared what the broker kept: the station was taken out of service.
                _stations.Remove(message.Prefix);
            }
            else if (message.Payload is null || StationReportReader.Read(message.Payload) is not { } report
                || (!isKnown && !HasRoom(message.Prefix)))
            {
                _strangers++;
            }
            else
            {
                station ??= _stations[message.Prefix] = new Known();
                station.Report = report;
                // A last will is the broker's word, not the station's.
                if (!message.IsRetained && report.At is not null)
                    station.HeardAt = time.GetTimestamp();
            }
        }
    }

    /// <summary>All stations as they are now, those that need somebody first.</summary>
    public IReadOnlyList<FleetStation> Stations()
    {
        lock (_gate)
        {
            // Nothing is held against a station while we ourselves hear nothing.
            long now = _notConnected is null ? time.GetTimestamp() : _lostAt;
            List<FleetStation> known = [.. _stations.Select(station => StatusOf(station.Key, station.Value, now))];
            return [.. known.Concat(expected.Missing(known))
                .OrderBy(s => s.Condition)
                .ThenBy(s => s.Name, StringComparer.Ordinal)
                .ThenBy(s => s.Prefix, StringComparer.Ordinal)];
        }
    }

    /// <summary>True when everybody who is expected is there and each was heard, or is offline: waiting on would change nothing.</summary>
    public bool IsComplete
    {
        get
        {
            IReadOnlyList<FleetStation> stations = Stations();
            return expected.IsAnybody
                && stations.All(s => s.Condition != Condition.Missing && (s.HeardAgo is not null || s.Condition == Condition.Offline));
        }
    }

    private bool HasRoom(string prefix) => _stations.Count < MostStations && prefix.Length <= LongestPrefix;

    private FleetStation StatusOf(string prefix, Known station, long now)
    {
        TimeSpan? ago = station.HeardAt is { } heard ? time.GetElapsedTime(Math.Min(heard, now), now) : null;
        TimeSpan silence = time.GetElapsedTime(Math.Max(station.HeardAt ?? 0, Math.Min(_listeningSince, now)), now);
        Condition condition = station.Report.Status == "offline" ? Condition.Offline
            : silence >= patience ? Condition.Silent
            : station.Report.Status == "degraded" ? Condition.Degraded
            : Condition.Online;
        return new FleetStation(PrintableText.Of(prefix, 200), condition, ago, station.Report);
    }

    private sealed class Known
    {
        public StationReport Report { get; set; } = null!;

        public long? HeardAt { get; set; }
    }
}
