using EdgeInspector.Foundation.Text;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Inspection.Stations;

/// <summary>
/// How many of the last parts got no verdict, and what to do about that. Not thread-safe: the owner's lock guards this type.
/// </summary>
/// <param name="station">The station.</param>
/// <param name="condition">The station's condition.</param>
/// <param name="times">How long a part is in work.</param>
/// <param name="pace">How long a part waits for its picture.</param>
internal sealed class VerdictShare(StationContext station, StationCondition condition, InspectionTimes times, CameraPace pace)
{
    private static readonly TimeSpan SaidAnewAfter = TimeSpan.FromSeconds(10);

    private readonly RecentAnswers _recent = new();
    private string? _refusedBecause;
    private Said? _words;
    private long _saidAt;
    private bool _isSaid;

    /// <summary>Takes an answer into account.</summary>
    /// <returns>The words, if the station is to complain now; else null.</returns>
    public Said? Note(OpenTrigger open, in Verdict verdict)
    {
        if (KindOf(open, verdict) is not { } kind)
            return null;
        _recent.Add(kind, open.Trigger.At);
        if (kind == AnswerKind.Refused)
            _refusedBecause = verdict.Rule;
        if (!_recent.IsAlarm)
            return null;
        long now = station.Time.GetTimestamp();
        // The figures change with every part, but whoever reads the state needs only the cause.
        if (_isSaid && station.Time.GetElapsedTime(_saidAt, now) < SaidAnewAfter)
            return null;
        Said advice = Advice();
        Said words = Causes() is { Count: > 1 } causes
            ? ShareWordings.MissingOfCauses.Of(_recent.None, _recent.Known, causes, advice)
            : ShareWordings.Missing.Of(_recent.None, _recent.Known, advice);
        if (_isSaid && words.Equals(_words))
            return null;
        (_saidAt, _words, _isSaid) = (now, words, true);
        return words;
    }

    /// <summary>How many parts had each cause: where there are several, the advice is about the most frequent one.</summary>
    private List<Said> Causes()
    {
        (AnswerKind Kind, Wording Words)[] causes =
        [
            (AnswerKind.NoPicture, ShareWordings.NoPicture),
            (AnswerKind.Judging, ShareWordings.Judging),
            (AnswerKind.Queued, ShareWordings.Queued),
            (AnswerKind.Failed, ShareWordings.Failed),
            (AnswerKind.Refused, ShareWordings.Refused),
        ];
        return [.. causes.Where(cause => _recent.Count(cause.Kind) > 0)
            .OrderByDescending(cause => _recent.Count(cause.Kind)).Select(cause => cause.Words.Of(_recent.Count(cause.Kind)))];
    }

    /// <summary>True, once, when enough parts get a verdict again: then the complaint is to be withdrawn.</summary>
    public bool TryRecover()
    {
        if (!_isSaid || _recent.IsAlarm)
            return false;
        _isSaid = false;
        _words = null;
        return true;
    }

    /// <summary>Null for an answer that does not count: nobody expects a verdict, or the fault has a complaint of its own.</summary>
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

    /// <summary>The cause of most missing verdicts, with figures.</summary>
    public Said Advice()
    {
        int noPicture = _recent.Count(AnswerKind.NoPicture), queued = _recent.Count(AnswerKind.Queued),
            judging = _recent.Count(AnswerKind.Judging);
        long model = times.Typical, between = _recent.Between;
        // A part does not wait for a picture that is itself the trigger, but that picture may be old when it comes.
        bool isWaitedFor = station.Options.Trigger.Kind is TriggerKind.Mqtt or TriggerKind.Interval;
        long wait = isWaitedFor ? pace.Wait : pace.Age;
        if (_recent.Count(AnswerKind.Failed) * 2 > _recent.None)
            return AdviceWordings.Failed.Of();
        if (_recent.Count(AnswerKind.Refused) * 2 > _recent.None)
            return AdviceWordings.NoEvidence.Of(_refusedBecause?.TrimEnd('.') ?? "");
        // A part that waits for its picture may miss its deadline, and the parts behind it may miss their turn.
        bool isCameraSlow = wait + model > station.AnswerWithin - station.ExposureDelay
            && (wait >= model || noPicture > judging && noPicture > queued);
        if (!isCameraSlow && noPicture > judging && noPicture > queued)
            return AdviceWordings.NoPicture.Of();
        double deadline = station.Options.Deadline.TotalMilliseconds, takes = station.Milliseconds(model);
        if (isCameraSlow)
            return CameraSlow(isAnswer: pace.IsAsked || !isWaitedFor, station.Milliseconds(wait), deadline, takes);
        if (queued > judging && between > 0 && model <= station.AnswerWithin)
        {
            // While a part waits for its picture, the parts behind it wait for their turn.
            long waits = isWaitedFor ? wait : 0, inHand = model + waits;
            if (model == 0 || inHand > between || _recent.CloserThan(inHand) * 2 > queued)
                return TooFast(model, waits, between);
        }
        // The model is usually in time, so a faster model would not help.
        if (model > 0 && (model * 2 < station.AnswerWithin || queued > judging))
            return AdviceWordings.Busy.Of(takes, deadline);
        return model > 0 ? AdviceWordings.ModelSlow.Of(takes, deadline) : AdviceWordings.NoAnswer.Of(deadline);
    }

    private static Said CameraSlow(bool isAnswer, double wait, double deadline, double model) => model > 0
        ? (isAnswer ? AdviceWordings.CameraAndModelAnswerLate : AdviceWordings.CameraAndModelSlow).Of(wait, deadline, model)
        : (isAnswer ? AdviceWordings.CameraAnswersLate : AdviceWordings.CameraSlow).Of(wait, deadline);

    /// <summary>Says that the next part comes before the model is done with one.</summary>
    private Said TooFast(long model, long waits, long between)
    {
        double every = station.Milliseconds(between), takes = station.Milliseconds(model), wait = station.Milliseconds(waits);
        if (model == 0)
            return AdviceWordings.TooFast.Of(every);
        if (model + waits <= between)
            return waits > 0 ? AdviceWordings.TooCloseForCamera.Of(every, wait, takes) : AdviceWordings.TooClose.Of(every, takes);
        if (waits == 0)
            return AdviceWordings.TooFastForModel.Of(every, takes);
        return (model > between ? AdviceWordings.TooFastForWaitAndModel : AdviceWordings.TooFastForCamera).Of(every, wait, takes);
    }

    /// <summary>Forgets the answers, since another model runs.</summary>
    public void Forget() => _recent.Forget();
}
