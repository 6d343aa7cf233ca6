using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Inspection.Storms;

/// <summary>
/// Counts rejects, and says when the rejects are a storm. Parts without a verdict do not count: such parts have alarms of their own. Not
/// thread-safe.
/// </summary>
internal sealed class RejectStorm(RejectStormOptions options)
{
    private readonly bool[] _rejected = new bool[options.Share > 0 ? options.Window : 0];
    private int _next, _known;

    /// <summary>True from the part that made the storm until the storm ends.</summary>
    public bool IsOn { get; private set; }

    /// <summary>How many parts in a row were rejected.</summary>
    public int InARow { get; private set; }

    /// <summary>How many of <see cref="Known"/> were rejected.</summary>
    public int Rejected { get; private set; }

    /// <summary>How many of the last parts are known; 0 without a limit for the share.</summary>
    public int Known => _known;

    /// <summary>What the gate is told instead of an action.</summary>
    public GateAction ActionFor(VerdictKind verdict, GateAction action) =>
        IsOn && options.Stop && verdict == VerdictKind.Reject ? GateAction.Stop : action;

    /// <summary>Notes the verdict on one more part; true when the storm began or ended with that verdict.</summary>
    public bool Note(VerdictKind verdict)
    {
        if (verdict == VerdictKind.None)
            return false;
        bool isReject = verdict == VerdictKind.Reject;
        InARow = isReject ? InARow + 1 : 0;
        if (_rejected.Length > 0)
            Keep(isReject);
        bool was = IsOn;
        IsOn = was && (options.Stop || !IsOver) || IsTooMuch;
        return IsOn != was;
    }

    /// <summary>Goes on with a storm that was there before a restart.</summary>
    public void Begin() => IsOn = true;

    /// <summary>Ends the storm, because somebody has looked: counting begins anew.</summary>
    public void End()
    {
        Array.Clear(_rejected);
        (IsOn, InARow, Rejected, _next, _known) = (false, 0, 0, 0, 0);
    }

    private bool IsTooMuch => options.InARow > 0 && InARow >= options.InARow
        || _rejected.Length > 0 && _known == _rejected.Length && Rejected > options.Share * _known;

    // True well below the limit; at the limit itself the alarm would come and go with each part.
    private bool IsOver => InARow == 0 && (_known == 0 || Rejected <= options.Share / 2 * _known || _known < _rejected.Length);

    private void Keep(bool isReject)
    {
        if (_known == _rejected.Length)
            Rejected -= _rejected[_next] ? 1 : 0;
        else
            _known++;
        _rejected[_next] = isReject;
        Rejected += isReject ? 1 : 0;
        _next = (_next + 1) % _rejected.Length;
    }
}
