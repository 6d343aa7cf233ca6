using EdgeInspector.Delivery;
using EdgeInspector.Delivery.Audit;
using EdgeInspector.Delivery.Events;
using EdgeInspector.Hosting.Packages;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Storms;
using EdgeInspector.ModelStore.Storage;

namespace EdgeInspector.Hosting;

/// <summary>
/// Tells of what happens at a station other than verdicts: by an event, in the audit log and in <c>state</c>. Any thread; does not wait.
/// </summary>
internal sealed class StationNews(StationScope station, EvidenceNews evidence, StationLink link)
{
    /// <summary>Notes something in the audit log alone.</summary>
    public void Note(AuditEntry entry) => evidence.Note(entry);

    /// <summary>Publishes <c>state</c> soon.</summary>
    public void PublishState() => link.PublishState();

    public void Tell(ModelChange change)
    {
        evidence.Tell(ModelEvents.Of(change, station.Name));
        link.PublishState();
    }

    public void Tell(StormNews news)
    {
        evidence.Tell(news, station.Name);
        link.PublishState();
    }

    public void Tell(ReferenceNews news)
    {
        evidence.Tell(news);
        link.PublishState();
    }

    /// <summary>Tells of a pause, its end or a threshold.</summary>
    /// <param name="what">What happened, as the event's <c>command</c> says it.</param>
    /// <param name="by">Who gave the command.</param>
    /// <param name="why">Why, in a sentence.</param>
    /// <param name="tag">For a threshold: the tag; null: all tags without a threshold of their own.</param>
    /// <param name="threshold">For a threshold: the threshold in force from now on, 0..1; null: the threshold of the settings.</param>
    public void Tell(string what, string? by, string? why, string? tag = null, double? threshold = null)
    {
        evidence.Tell(new CommandNews(station.Name, what, station.Time.GetUtcNow(), tag, threshold, by, why));
        link.PublishState();
    }
}
