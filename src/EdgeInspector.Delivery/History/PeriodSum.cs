using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.History;

/// <summary>What happened at a station within an hour, shift, day or week.</summary>
/// <param name="Begins">The beginning, local time.</param>
/// <param name="Station">The station.</param>
public sealed record PeriodSum(DateTime Begins, string Station)
{
    private readonly long[] _verdicts = new long[Enum.GetValues<VerdictKind>().Length];
    private readonly SortedDictionary<string, long> _rejects = new(StringComparer.Ordinal);
    private readonly SortedDictionary<NoneReason, long> _nones = [];
    private double _milliseconds;

    /// <summary>All parts.</summary>
    public long Parts => _verdicts.Sum();

    /// <summary>Parts that passed of all parts, 0..1; null without parts.</summary>
    public double? Yield => Parts == 0 ? null : (double)this[VerdictKind.Pass] / Parts;

    /// <summary>The mean time from trigger to signal, in milliseconds; null without parts.</summary>
    public double? MeanMilliseconds => Parts == 0 ? null : _milliseconds / Parts;

    /// <summary>The longest time from trigger to signal, in milliseconds.</summary>
    public double SlowestMilliseconds { get; private set; }

    /// <summary>Rejected parts by the tag that decided, the most frequent first.</summary>
    public IEnumerable<KeyValuePair<string, long>> Rejects => _rejects.OrderByDescending(tag => tag.Value);

    /// <summary>Parts without a verdict by the reason, the most frequent first.</summary>
    public IEnumerable<KeyValuePair<NoneReason, long>> Nones => _nones.OrderByDescending(reason => reason.Value);

    /// <summary>Parts with a verdict.</summary>
    public long this[VerdictKind verdict] => _verdicts[(int)verdict];

    /// <summary>Sums minutes up, in the order of time and station.</summary>
    public static IReadOnlyList<PeriodSum> Of(IEnumerable<MinuteSum> minutes, Period period)
    {
        var sums = new Dictionary<(DateTime, string), PeriodSum>();
        foreach (MinuteSum minute in minutes)
        {
            (DateTime, string) key = (period.BeginningOf(minute.At), minute.Station);
            if (!sums.TryGetValue(key, out PeriodSum? sum))
                sums.Add(key, sum = new PeriodSum(key.Item1, key.Item2));
            sum.Add(minute);
        }
        return [.. sums.Values.OrderBy(sum => sum.Begins).ThenBy(sum => sum.Station, StringComparer.Ordinal)];
    }

    private void Add(MinuteSum minute)
    {
        _verdicts[(int)minute.Verdict] += minute.Parts;
        _milliseconds += minute.Milliseconds;
        SlowestMilliseconds = Math.Max(SlowestMilliseconds, minute.Slowest);
        if (minute.Verdict == VerdictKind.Reject)
            _rejects[minute.Tag] = _rejects.GetValueOrDefault(minute.Tag) + minute.Parts;
        else if (minute.Verdict == VerdictKind.None)
            _nones[minute.Reason] = _nones.GetValueOrDefault(minute.Reason) + minute.Parts;
    }
}
