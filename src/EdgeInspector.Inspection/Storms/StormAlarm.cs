using System.Globalization;
using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Inspection.Storms;

/// <summary>
/// A station's alarm at a storm of rejects: somebody must look before a shift is scrapped. Not thread-safe: its owner's lock guards it,
/// but for <see cref="Tell"/>, which takes none, and <see cref="Compare"/>, whose findings the station's thread alone reads,
/// since it alone answers with a reject.
/// </summary>
internal sealed class StormAlarm
{
    private readonly StationContext _station;
    private readonly RejectStormOptions _options;
    private readonly PictureTrend _trend = new();
    private readonly RejectStorm _storm;

    public StormAlarm(StationContext station)
    {
        (_station, _options) = (station, station.Options.RejectStorm);
        _storm = new RejectStorm(_options);
    }

    /// <summary>Raised when a storm began or ended, on the thread on which it did; must not block.</summary>
    public event Action<StormNews>? Changed;

    /// <summary>True while there is a storm.</summary>
    public bool IsOn => _storm.IsOn;

    /// <summary>Takes a verdict into account before its signal; true when a storm began or ended with it.</summary>
    public bool Note(Trigger trigger, VerdictKind verdict) => Counts(trigger) && _storm.Note(AtTheGate(verdict));

    /// <summary>What the gate is told in place of an action.</summary>
    public GateAction ActionFor(Trigger trigger, VerdictKind verdict, GateAction action) =>
        trigger.Challenge == Challenge.None ? _storm.ActionFor(AtTheGate(verdict), action) : action;

    /// <summary>What is to be told, after the signal, of a storm that began or ended with a verdict.</summary>
    public StormNews AfterSignal() =>
        _storm.IsOn ? Began() : News(PictureChange.Unknown, null, "Parts pass again.") with { Began = false };

    /// <summary>Somebody has looked: rejects are counted anew.</summary>
    /// <returns>What is to be told; null when there was no storm.</returns>
    public StormNews? End(string by, string why)
    {
        if (!_storm.IsOn)
            return null;
        StormNews news = News(PictureChange.Unknown, by, why) with { Began = false };
        _storm.End();
        return news;
    }

    /// <summary>Goes on with a storm that was there when the agent ended, where the gate is told to stop; else it is over.</summary>
    /// <param name="why">What was said of it.</param>
    public bool TakeUp(string why)
    {
        if (!_options.Stop || !_options.IsOn)
            return false;
        _storm.Begin();
        _station.Complain(Station.StormComponent, why);
        return true;
    }

    /// <summary>Complains or withdraws, and tells who listens.</summary>
    public void Tell(StormNews news)
    {
        if (news.Began)
            _station.Complain(Station.StormComponent, news.Why!);
        else
            _station.Withdraw(Station.StormComponent);
        try
        {
            Changed?.Invoke(news);
        }
#pragma warning disable CA1031 // Whoever listens may throw; the line goes on.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _station.Faults.Report($"telling of a storm of rejects failed: {fault.Message}");
        }
    }

    /// <summary>Looks at the picture of a part that has its answer. Station's thread.</summary>
    public void Compare(Trigger trigger, VerdictKind verdict, Frame frame, PictureGate gate)
    {
        if (Counts(trigger))
            _trend.Note(frame, gate, AtTheGate(verdict));
    }

    // A doubtful part that the gate throws out is scrapped like any reject; one that it lets pass has passed.
    private VerdictKind AtTheGate(VerdictKind verdict) => verdict != VerdictKind.Review ? verdict
        : _station.Options.ReviewAction == GateAction.Pass ? VerdictKind.Pass : VerdictKind.Reject;

    private bool Counts(Trigger trigger) => _options.IsOn && trigger.Challenge == Challenge.None;

    private StormNews Began()
    {
        PictureChange pictures = _trend.Compare(out string words);
        string share = _storm.Known > 0
            ? string.Create(CultureInfo.InvariantCulture, $", {_storm.Rejected} of the last {_storm.Known}")
            : "";
        string stops = _options.Stop
            ? " The gate is told to stop at each reject until somebody has looked and ends it (command endstorm)."
            : "";
        return News(pictures, null, string.Create(
            CultureInfo.InvariantCulture, $"Too many rejects: {_storm.InARow} in a row{share}. {words}{stops}"));
    }

    private StormNews News(PictureChange pictures, string? by, string? why) => new(
        true, _station.Time.GetUtcNow(), _storm.InARow, _storm.Rejected, _storm.Known, pictures, _options.Stop, by, why);
}
