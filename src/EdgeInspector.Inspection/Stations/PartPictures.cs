using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.References;
using EdgeInspector.Inspection.Storms;

namespace EdgeInspector.Inspection.Stations;

/// <summary>
/// Judges the pictures of parts: before the model whether each is evidence, and after the signal how they change from part to part.
/// Station's thread.
/// </summary>
/// <param name="station">The station.</param>
/// <param name="condition">The station's condition.</param>
/// <param name="references">What pictures of good parts look like.</param>
/// <param name="storm">Compares the pictures of rejects with those of passed parts.</param>
internal sealed class PartPictures(StationContext station, StationCondition condition, StationReferences references, StormAlarm storm)
{
    private readonly PictureGate _gate = new(station.Options.Picture);
    private readonly PictureQuality _quality = new(station.Options.Picture);
    private ReferenceCheck? _check;

    /// <summary>Why the picture is no evidence, in a sentence; null where the picture is evidence.</summary>
    /// <param name="open">The picture's part; receives the measures.</param>
    /// <param name="frame">The picture, with its further pages.</param>
    /// <param name="decided">The page that decided.</param>
    public string? Refuse(OpenTrigger open, Frame frame, out Frame? decided)
    {
        _check = references.For(open.Trigger.Type);
        string? refused = _gate.Refuse(frame, _check, out decided);
        open.Measures = _gate.Measures;
        return refused ?? (_check is null ? references.RefusalWithout(open.Trigger.Type) : null);
    }

    /// <summary>Looks at the picture of a part that has its answer.</summary>
    public void After(OpenTrigger open, Frame frame)
    {
        storm.Compare(open.Trigger, open.Answer.Verdict.Kind, frame, _gate);
        // A challenge part may be bad, so its picture says nothing of the line.
        if (open.Trigger.Challenge == Challenge.None)
            references.After(open.Trigger.Part, open.Trigger.Type, open.Answer.Verdict.Kind, frame, _gate, _check, condition.IsLive);
        if (condition.IsLive && _quality.Measure(frame, _gate))
            Tell(_quality.Fault);
    }

    private void Tell(PictureFault fault)
    {
        station.Withdraw(Station.LightComponent);
        station.Withdraw(Station.FocusComponent);
        switch (fault)
        {
            case PictureFault.Black:
                station.Complain(StationWordings.Black.Of());
                break;
            case PictureFault.White:
                station.Complain(StationWordings.White.Of());
                break;
            case PictureFault.OutOfFocus:
                station.Complain(StationWordings.OutOfFocus.Of());
                break;
        }
    }
}
