using System.Globalization;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Inspection.Stations;

/// <summary>How many of the last parts got no verdict, and what to do about it. Not thread-safe: its owner's lock guards it.</summary>
/// <param name="station">The station.</param>
/// <param name="condition">What holds of it.</param>
/// <param name="times">How long a part is in work.</param>
/// <param name="pace">How long a part waits for its picture.</param>
internal sealed class VerdictShare(StationContext station, StationCondition condition, InspectionTimes times, CameraPace pace)
{
    private const string Remedy = "Slow the line down, or choose a faster model or provider.";

    private static readonly TimeSpan SaidAnewAfter = TimeSpan.FromSeconds(10);

    private readonly RecentAnswers _recent = new();
    private string? _refusedBecause;
    private string? _words;
    private long _saidAt;
    private bool _isSaid;

    /// <summary>Takes an answer into account.</summary>
    /// <returns>The words, if the station is to complain now; else null.</returns>
    public string? Note(OpenTrigger open, in Verdict verdict)
    {
        if (KindOf(open, verdict) is not { } kind)
            return null;
        _recent.Add(kind, open.Trigger.At);
        if (kind == AnswerKind.Refused)
            _refusedBecause = verdict.Rule;
        if (!_recent.IsAlarm)
            return null;
        long now = station.Time.GetTimestamp();
        // The figures change with every part; whoever reads the state needs the cause.
        if (_isSaid && station.Time.GetElapsedTime(_saidAt, now) < SaidAnewAfter)
            return null;
        string words = string.Create(
            CultureInfo.InvariantCulture, $"{_recent.None} of the last {_recent.Known} parts got no verdict{Causes()}. {Advice()}");
        if (_isSaid && words == _words)
            return null;
        (_saidAt, _words, _isSaid) = (now, words, true);
        return words;
    }

    /// <summary>How many there are of each cause, where there are several: the advice is about the most frequent one.</summary>
    private string Causes()
    {
        (AnswerKind Kind, string Words)[] causes =
        [
            (AnswerKind.NoPicture, "without a picture in time"),
            (AnswerKind.Judging, "still being judged at the deadline"),
            (AnswerKind.Queued, "still waiting for their turn"),
            (AnswerKind.Failed, "that could not be judged"),
            (AnswerKind.Refused, "whose picture is no evidence"),
        ];
        string[] seen = [.. causes.Where(cause => _recent.Count(cause.Kind) > 0)
            .OrderByDescending(cause => _recent.Count(cause.Kind)).Select(cause => $"{_recent.Count(cause.Kind)} {cause.Words}")];
        return seen.Length > 1 ? $" ({string.Join(", ", seen)})" : "";
    }

    /// <summary>True, once, when enough parts get a verdict again: the complaint is to be withdrawn.</summary>
    public bool TryRecover()
    {
        if (!_isSaid || _recent.IsAlarm)
            return false;
        _isSaid = false;
        _words = null;
        return true;
    }

    /// <summary>Null for what counts neither way: nobody expects a verdict, or a fault has a complaint of its own.</summary>
    private AnswerKind? KindOf(OpenTrigger open, in Verdict verdict) => verdict.Reason switch
    {
        NoneReason.NotNone => AnswerKind.Verdict,
        NoneReason.Paused or NoneReason.Interrupted or NoneReason.Challenge => null,
        NoneReason.Camera =>
            open.Stage == TriggerStage.NoPicture || condition.IsFrozen || station.Health.Has(Station.CameraComponent)
                ? null
                : AnswerKind.NoPicture,
        NoneReason.Deadline when open.HasBegun => AnswerKind.Judging,
        NoneReason.Deadline or NoneReason.Overload => AnswerKind.Queued,
        NoneReason.Model when condition.IsLost => null,
        NoneReason.Picture => AnswerKind.Refused,
        _ => AnswerKind.Failed,
    };

    /// <summary>What costs most of the verdicts, with figures.</summary>
    public string Advice()
    {
        int noPicture = _recent.Count(AnswerKind.NoPicture), queued = _recent.Count(AnswerKind.Queued),
            judging = _recent.Count(AnswerKind.Judging);
        long model = times.Typical, between = _recent.Between;
        // A picture that is itself the trigger is not waited for, but may be old when it comes.
        bool isWaitedFor = station.Options.Trigger.Kind is TriggerKind.Mqtt or TriggerKind.Interval;
        long wait = isWaitedFor ? pace.Wait : pace.Age;
        if (_recent.Count(AnswerKind.Failed) * 2 > _recent.None)
            return "Most of them could not be judged; the reasons in their events say why.";
        if (_recent.Count(AnswerKind.Refused) * 2 > _recent.None)
        {
            return $"The pictures of most of them are no evidence; of the last one: {_refusedBecause?.TrimEnd('.')}. "
                + "Look at lamp, lens and camera, and whether the right part comes.";
        }
        // A picture that is waited for costs the part its deadline, and those behind it their turn.
        bool isCameraSlow = wait + model > station.AnswerWithin - station.ExposureDelay
            && (wait >= model || noPicture > judging && noPicture > queued);
        if (!isCameraSlow && noPicture > judging && noPicture > queued)
            return "For most of them no picture came in time: the camera pauses now and then, or its file comes late. "
                + "Look at the camera and its network, or raise the Deadline.";
        if (isCameraSlow)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"The camera is too slow: {(pace.IsAsked || !isWaitedFor ? "it answers after" : "a picture comes every")} "
                + $"{station.Milliseconds(wait):0} ms, but the deadline is {station.Options.Deadline.TotalMilliseconds:0} ms")
                + string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(model > 0 ? $", of which the model takes {station.Milliseconds(model):0} ms" : "")}. "
                    + $"Raise the camera's rate, or the Deadline.");
        }
        if (queued > judging && between > 0 && model <= station.AnswerWithin)
        {
            // While a part waits for its picture, those behind it wait for their turn.
            long waits = isWaitedFor ? wait : 0, takes = model + waits;
            if (model == 0 || takes > between || _recent.CloserThan(takes) * 2 > queued)
                return TooFast(model, waits, between);
        }
        // Usually in time, so that a faster model is not what is missing.
        if (model > 0 && (model * 2 < station.AnswerWithin || queued > judging))
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"The model usually takes {station.Milliseconds(model):0} ms, "
                + $"well within the deadline of {station.Options.Deadline.TotalMilliseconds:0} ms, but not now and then: ")
                + "this machine is too busy at times. Look at what else runs on it, at its power settings and temperature.";
        }
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The model is too slow: {(model > 0 ? $"it takes {station.Milliseconds(model):0} ms, but" : "it had not answered by")} the "
            + $"deadline {(model > 0 ? "is" : "of")} {station.Options.Deadline.TotalMilliseconds:0} ms. ")
            + "Choose a faster model or provider, or a longer Deadline.";
    }

    /// <summary>Says that the next part comes before one is done.</summary>
    private string TooFast(long model, long waits, long between)
    {
        if (model == 0)
            return string.Create(
                CultureInfo.InvariantCulture,
                $"Triggers come too fast: one every {station.Milliseconds(between):0} ms, faster than parts are inspected. ") + Remedy;
        string takes = waits > 0
            ? string.Create(CultureInfo.InvariantCulture, $"a part waits up to {station.Milliseconds(waits):0} ms for its picture, "
                + $"then the model takes {station.Milliseconds(model):0} ms")
            : string.Create(CultureInfo.InvariantCulture, $"the model takes {station.Milliseconds(model):0} ms for each");
        string remedy = model > between || waits == 0
            ? Remedy
            : "Slow the line down, raise the camera's rate, or choose a faster model or provider.";
        return model + waits > between
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"Triggers come too fast: one every {station.Milliseconds(between):0} ms, and {takes}. ") + remedy
            : string.Create(CultureInfo.InvariantCulture, $"Some triggers come too close together: "
                + $"one every {station.Milliseconds(between):0} ms would do, but several came sooner after another; {takes}. ")
                + "Look at what triggers, or let the parts come evenly.";
    }

    /// <summary>What was seen says nothing any more, since another model runs.</summary>
    public void Forget() => _recent.Forget();
}
