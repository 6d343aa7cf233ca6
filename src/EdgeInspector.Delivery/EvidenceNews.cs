using EdgeInspector.Delivery.Audit;
using EdgeInspector.Delivery.Events;
using EdgeInspector.Delivery.Journal;
using EdgeInspector.Delivery.Refused;
using EdgeInspector.Foundation.Clocks;
using EdgeInspector.Inspection.Storms;

namespace EdgeInspector.Delivery;

/// <summary>Tells of events other than verdicts, each by an event of its own and in the audit log. Any thread; does not wait.</summary>
public sealed class EvidenceNews
{
    private readonly DeliveryScope _scope;
    private readonly EventEntry _entry;
    private readonly AuditLog? _audit;
    private readonly Func<bool> _isConnected;

    internal EvidenceNews(DeliveryScope scope, EventEntry entry, AuditLog? audit, Func<bool> isConnected) =>
        (_scope, _entry, _audit, _isConnected) = (scope, entry, audit, isConnected);

    private string Line => _scope.Agent.Line;

    /// <summary>Notes something in the audit log alone.</summary>
    public void Note(AuditEntry entry) => _audit?.Note(entry);

    /// <summary>Tells of a station's model.</summary>
    public void Tell(ModelNews news)
    {
        _audit?.Note(AuditEntry.Of(news));
        ModelNews outward = news with { Why = news.Why is null ? null : _scope.Agent.Outward(news.Why) };
        Add(news.Station, id => EventWriter.Write(outward, id, Line));
    }

    /// <summary>Tells of a pause, its end or a threshold.</summary>
    public void Tell(CommandNews news)
    {
        _audit?.Note(AuditEntry.Of(news));
        Add(news.Station, id => EventWriter.Write(news, id, Line));
    }

    /// <summary>Tells of a storm of rejects.</summary>
    public void Tell(StormNews news, string station)
    {
        _audit?.Note(AuditEntry.Of(news, station));
        Add(station, id => EventWriter.Write(news, id, station, Line));
    }

    /// <summary>Tells of a station's reference.</summary>
    public void Tell(ReferenceNews news)
    {
        _audit?.Note(AuditEntry.Of(news));
        Add(news.Station, id => EventWriter.Write(news, id, Line));
    }

    /// <summary>Tells of events or pictures that will never come.</summary>
    internal void Tell(string kind, LostEvents lost) =>
        Add(lost.Station ?? _scope.Stations.Keys.First(), id => EventWriter.Write(kind, id, lost, Line, _scope.Time.GetUtcNow()));

    /// <summary>Tells of a message that the broker did not take.</summary>
    internal void Tell(RefusedMessage message) =>
        Add(message.Station, id => EventWriter.Write(message, id, Line, _scope.Time.GetUtcNow()));

    private void Add(string station, Func<Guid, byte[]> write)
    {
        var id = WallTime.NewId(_scope.Time.GetUtcNow());
        _entry.Add(new NewEvent(id, station, write(id), HeldBack: !_isConnected()));
    }
}
