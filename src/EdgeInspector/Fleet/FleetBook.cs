using EdgeInspector.Delivery.Fleet;
using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Fleet;

/// <summary>Keeps what was heard of each station, and judges the condition of the station. Thread-safe.</summary>
/// <param name="patience">How long a station may be silent before it counts as <see cref="Condition.Silent"/>.</param>
/// <param name="expected">The stations that must be there.</param>
/// <param name="time">The clock.</param>
internal sealed class FleetBook(TimeSpan patience, ExpectedStations expected, TimeProvider time)
{
    // The messages of strangers at a broker must not fill the memory.
    private const int MostStations = 20_000;
    private const int LongestPrefix = 512;

    private readonly Lock _gate = new();

    // The fields below are used under _gate.
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

    /// <summary>How many messages on <c>…/state</c> did not come from a station, or came from stations beyond the limit.</summary>
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
                // Somebody has deleted the message that the broker kept: the station was taken out of service.
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
                // A last will comes from the broker, not from the station.
                if (!message.IsRetained && report.At is not null)
                    station.HeardAt = time.GetTimestamp();
            }
        }
    }

    /// <summary>The present condition of all stations; stations that need somebody come first.</summary>
    public IReadOnlyList<FleetStation> Stations()
    {
        lock (_gate)
        {
            // While the agent itself hears nothing, no station counts as silent.
            long now = _notConnected is null ? time.GetTimestamp() : _lostAt;
            List<FleetStation> known = [.. _stations.Select(station => StatusOf(station.Key, station.Value, now))];
            return [.. known.Concat(expected.Missing(known))
                .OrderBy(s => s.Condition)
                .ThenBy(s => s.Name, StringComparer.Ordinal)
                .ThenBy(s => s.Prefix, StringComparer.Ordinal)];
        }
    }

    /// <summary>True when every expected station is there and each was heard, or is offline: waiting longer would change nothing.</summary>
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
