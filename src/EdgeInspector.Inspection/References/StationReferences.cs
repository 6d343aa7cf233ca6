using EdgeInspector.Foundation.Text;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Inspection.References;

/// <summary>
/// The references of one station: which picture is held against which, how the pictures drift, and what is being learnt. Putting or
/// forgetting a reference takes effect with the next part; no part is lost by it.
/// </summary>
/// <param name="station">The station's name.</param>
/// <param name="options">Validated.</param>
/// <param name="health">Told of drift.</param>
/// <param name="time">The clock.</param>
public sealed class StationReferences(string station, ReferenceOptions options, StationHealth health, TimeProvider time)
{
    /// <summary>Under this name a station complains that its pictures drift away from the reference.</summary>
    public const string DriftComponent = "drift";

    // While a complaint stays, its numbers are renewed this often.
    private static readonly TimeSpan Renew = TimeSpan.FromMinutes(1);

    // Key of parts whose trigger names no type.
    private const string NoType = "";

    private readonly Lock _gate = new();
    private volatile Dictionary<string, ReferenceCheck> _checks = new(StringComparer.OrdinalIgnoreCase);
    private volatile Learning? _learning;
    private volatile string? _unknownType;
    private long _said;

    /// <summary>
    /// Raised after <see cref="All"/>, <see cref="Learning"/> or <see cref="Note"/> changed, on the thread that changed it.
    /// </summary>
    public event Action? Changed;

    /// <summary>The references; the one for parts without a type comes first.</summary>
    public IReadOnlyList<Reference> All =>
        [.. _checks.OrderBy(one => one.Key, StringComparer.OrdinalIgnoreCase).Select(one => one.Value.Reference)];

    /// <summary>What is being learnt; null: nothing.</summary>
    public Learning? Learning => _learning is { IsOpen: true } open ? open : null;

    /// <summary>What the references do not cover, in a sentence that is no complaint; null when they cover every part that came.</summary>
    public string? Note => !options.Enabled ? "Pictures are held against no reference (Picture:Reference:Enabled is false)."
        : _checks.Count == 0
            ? "No reference was learnt, so that a picture is only checked for light, detail and its end. Learn one from good parts: "
                + $"EdgeInspector stations learn {station}."
        : _unknownType is { } type
            ? $"{(type.Length == 0 ? "Parts came whose trigger names no type" : $"Parts of type '{type}' came")}, "
                + "and no reference was learnt for them; " + (options.UnknownType == UnknownType.None
                    ? "they get no verdict (Picture:Reference:UnknownType)."
                    : "their pictures are only checked for light, detail and their end.")
        : null;

    /// <summary>Holds pictures against this reference from now on, in place of an earlier reference of the same type.</summary>
    public void Put(Reference reference)
    {
        var check = new ReferenceCheck(reference, options);
        lock (_gate)
        {
            _checks = new Dictionary<string, ReferenceCheck>(_checks, StringComparer.OrdinalIgnoreCase)
            {
                [reference.Type ?? NoType] = check,
            };
            _unknownType = null;
        }
        health.Withdraw(DriftComponent);
        Changed?.Invoke();
    }

    /// <summary>Holds no picture against the reference of a type any more; false when the type has none.</summary>
    public bool Forget(string? type)
    {
        lock (_gate)
        {
            var left = new Dictionary<string, ReferenceCheck>(_checks, StringComparer.OrdinalIgnoreCase);
            if (!left.Remove(type ?? NoType))
                return false;
            _checks = left;
            _unknownType = null;
        }
        health.Withdraw(DriftComponent);
        Changed?.Invoke();
        return true;
    }

    /// <summary>Begins to collect the pictures of the next parts; null when a reference is being learnt already.</summary>
    /// <param name="origin">Where the reference will come from.</param>
    /// <param name="parts">
    /// From how many parts the reference is learnt, <see cref="Reference.FewestParts"/> to <see cref="Reference.MostParts"/>.
    /// </param>
    public Learning? Begin(LearnOrigin origin, int parts)
    {
        lock (_gate)
        {
            if (Learning is not null)
                return null;
            _learning = new Learning(origin, parts);
        }
        Changed?.Invoke();
        return _learning;
    }

    /// <summary>
    /// The reference against which a part's picture is held: the reference of the part's type, else the one without a type. Station's
    /// thread.
    /// </summary>
    internal ReferenceCheck? For(string? type)
    {
        Dictionary<string, ReferenceCheck> checks = _checks;
        if (checks.Count == 0 || !options.Enabled)
            return null;
        if (checks.TryGetValue(type ?? NoType, out ReferenceCheck? own) || checks.TryGetValue(NoType, out own))
            return own;
        if (!string.Equals(_unknownType, type ?? NoType, StringComparison.OrdinalIgnoreCase))
        {
            _unknownType = type ?? NoType;
            Changed?.Invoke();
        }
        return null;
    }

    /// <summary>
    /// Why a part without a reference gets no verdict, in half a sentence; null where the part may have a verdict: at a station without any
    /// reference, while the part's type is being learnt, and where the settings allow it. Station's thread.
    /// </summary>
    internal string? RefusalWithout(string? type)
    {
        if (options.UnknownType == UnknownType.Check || !options.Enabled || _checks.Count == 0 || IsLearning(type))
            return null;
        string known = string.Join(", ", _checks.Keys.Order(StringComparer.OrdinalIgnoreCase).Select(one => $"'{one}'"));
        string which = type is null ? "the trigger names no type of part" : $"no reference was learnt for parts of type '{type}'";
        return $"{which}, and those that were learnt are for {known}; learn one, or mend the type in the trigger "
            + "(Picture:Reference:UnknownType)";
    }

    private bool IsLearning(string? type) => _learning is { IsOpen: true } learning
        && string.Equals(learning.Origin.Type ?? NoType, type ?? NoType, StringComparison.OrdinalIgnoreCase);

    /// <summary>Learns from a part's picture, and watches how pictures drift. Station's thread, after the signal.</summary>
    /// <param name="part">The part's id.</param>
    /// <param name="type">The part's type; null: none.</param>
    /// <param name="verdict">The verdict on the part, as signalled.</param>
    /// <param name="picture">The part's first picture.</param>
    /// <param name="gate">The gate that has looked at the picture.</param>
    /// <param name="check">The reference against which the picture was held.</param>
    /// <param name="isLive">False for pictures of files, which make no alarm.</param>
    internal void After(string part, string? type, VerdictKind verdict, Frame picture, PictureGate gate, ReferenceCheck? check, bool isLive)
    {
        if (_learning is { IsOpen: true } learning && IsLearning(type))
        {
            // A picture that the present reference refuses may be the very reason for learning another one.
            if (gate.ShowsNothing)
                learning.Refuse();
            else
                learning.Offer(part, picture, gate.SampleOf(picture), gate.SharpnessOf(picture), verdict);
        }
        if (check is not null && isLive && gate.Measures is { } measures && measures.Different <= check.Limits.Different)
            Watch(check, measures);
    }

    private void Watch(ReferenceCheck check, in PictureMeasures measures)
    {
        long now = time.GetTimestamp();
        bool changed = check.Drift.Take(measures, time.GetElapsedTime(0, now).TotalHours);
        if (!changed && !(check.Drift.IsAlarm && time.GetElapsedTime(_said, now) >= Renew))
            return;
        _said = now;
        if (check.Drift.IsAlarm)
        {
            List<Said> drifts = check.Drift.Sentences();
            health.Complain(
                check.Reference.Type is { } type ? DriftWordings.MovedOfType.Of(type, drifts) : DriftWordings.Moved.Of(drifts));
        }
        else
        {
            health.Withdraw(DriftComponent);
        }
    }
}
