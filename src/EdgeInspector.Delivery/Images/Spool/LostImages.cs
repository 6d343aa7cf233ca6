using EdgeInspector.Foundation.Logging;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Delivery.Images.Spool;

/// <summary>Counts pictures that are given up, logs them, and has an event tell of those that an event had promised. Thread-safe.</summary>
/// <param name="stations">The stations by name.</param>
/// <param name="onImagesLost">Told a station, the ids of the events whose pictures will not come, and why; must not block.</param>
/// <param name="log">The log.</param>
/// <param name="time">The clock.</param>
internal sealed class LostImages(
    IReadOnlyDictionary<string, EvidenceStation> stations,
    Action<string, IReadOnlyList<Guid>, string> onImagesLost,
    ILogger log,
    TimeProvider time)
{
    private readonly FaultLog _log = new(log, "Keeping the picture of a part", time);
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Station, string Reason), List<Guid>> _lost = [];

    /// <summary>
    /// Notes a picture that was given up although its event promised the picture. Told with the next <see cref="Report"/>.
    /// </summary>
    public void Add(string station, Guid id, string reason)
    {
        Count(station, reason);
        lock (_gate)
        {
            if (!_lost.TryGetValue((station, reason), out List<Guid>? ids))
                _lost[(station, reason)] = ids = [];
            ids.Add(id);
        }
    }

    /// <summary>Counts and logs a picture that was given up before its event promised the picture.</summary>
    public void Count(string station, string reason)
    {
        if (stations.TryGetValue(station, out EvidenceStation? known))
            known.Counters.CountImageDropped();
        _log.Report(reason);
    }

    /// <summary>Has an event tell of the noted losses.</summary>
    public void Report()
    {
        KeyValuePair<(string Station, string Reason), List<Guid>>[] lost;
        lock (_gate)
        {
            lost = [.. _lost];
            _lost.Clear();
        }
        foreach (((string station, string reason), List<Guid> ids) in lost)
        {
            // A station that is no longer in the settings has no topic for the event; the log has told of the loss.
            if (stations.ContainsKey(station))
                onImagesLost(station, ids, reason);
        }
    }
}
