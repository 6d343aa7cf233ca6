using EdgeInspector.Foundation.Text;
using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Inspection.Storms;

/// <summary>
/// A station's alarm at a storm of rejects: somebody must look before a shift is scrapped. Not thread-safe: the owner's lock guards this
/// type, but for <see cref="Tell"/>, which needs no lock, and <see cref="Compare"/>. Only the station's thread reads the findings of
/// <see cref="Compare"/>, since only that thread answers with a reject.
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

    /// <summary>What the gate is told in place of the action.</summary>
    public GateAction ActionFor(Trigger trigger, VerdictKind verdict, GateAction action) =>
        trigger.Challenge == Challenge.None ? _storm.ActionFor(AtTheGate(verdict), action) : action;

    /// <summary>The news, to be told after the signal, of a storm that began or ended with a verdict.</summary>
    public StormNews AfterSignal() =>
        _storm.IsOn ? Began() : News(PictureChange.Unknown, null, "Parts pass again.") with { Began = false };

    /// <summary>Ends the storm, because somebody has looked: rejects are counted anew.</summary>
    /// <returns>The news to be told; null when there was no storm.</returns>
    public StormNews? End(string by, string why)
    {
        if (!_storm.IsOn)
            return null;
        StormNews news = News(PictureChange.Unknown, by, why) with { Began = false };
        _storm.End();
        return news;
    }

    /// <summary>
    /// Goes on with a storm that was there when the agent ended, where the gate is told to stop; elsewhere the storm is over.
    /// </summary>
    /// <param name="why">What was said of the storm.</param>
    public bool TakeUp(string why)
    {
        if (!_options.Stop || !_options.IsOn)
            return false;
        _storm.Begin();
        _station.Complain(StationWordings.StormGoesOn.Of(why));
        return true;
    }

    /// <summary>Complains or withdraws the complaint, and tells the listeners.</summary>
    public void Tell(StormNews news)
    {
        if (news.Alarm is { } alarm)
            _station.Complain(alarm);
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

    // A doubtful part that the gate throws out is scrapped like a reject; a doubtful part that the gate lets pass has passed.
    private VerdictKind AtTheGate(VerdictKind verdict) => verdict != VerdictKind.Review ? verdict
        : _station.Options.ReviewAction == GateAction.Pass ? VerdictKind.Pass : VerdictKind.Reject;

    private bool Counts(Trigger trigger) => _options.IsOn && trigger.Challenge == Challenge.None;

    private StormNews Began()
    {
        PictureChange pictures = _trend.Compare(out Said words);
        object stops = _options.Stop ? StationWordings.StormStops.Of() : "";
        Said alarm = _storm.Known > 0
            ? StationWordings.StormOfKnown.Of(_storm.InARow, _storm.Rejected, _storm.Known, words, stops)
            : StationWordings.Storm.Of(_storm.InARow, words, stops);
        return News(pictures, null, alarm.Text) with { Alarm = alarm };
    }

    private StormNews News(PictureChange pictures, string? by, string? why) => new(
        true, _station.Time.GetUtcNow(), _storm.InARow, _storm.Rejected, _storm.Known, pictures, _options.Stop, by, why);
}
