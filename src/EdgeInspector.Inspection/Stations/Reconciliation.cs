using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Inspection.Stations;

/// <summary>
/// Holds a station's counters against each other and against the PLC's count of parts. The two counts are compared by how much they grew
/// since the PLC's first report, so that neither needs to begin at zero. Thread-safe.
/// </summary>
internal sealed class Reconciliation(ReconciliationOptions options, StationCounters counters, TimeProvider time)
{
    private readonly Lock _gate = new();
    private long? _partsAtFirst;
    private long _triggersAtFirst;
    private long _parts;
    private long _wrongSince;
    private bool _isWrong;

    /// <summary>
    /// Takes the PLC's count. A count smaller than the one before, such as 0, means that the PLC counts anew: the comparison then begins
    /// anew too.
    /// </summary>
    public void Report(long parts)
    {
        lock (_gate)
        {
            if (_partsAtFirst is null || parts < _parts)
            {
                _partsAtFirst = parts;
                _triggersAtFirst = counters.Triggers + counters.Challenges;
            }
            _parts = parts;
            counters.SetParts(parts - _partsAtFirst.Value);
        }
    }

    /// <summary>What has been wrong for longer than the grace time, or null.</summary>
    /// <param name="open">Gives the triggers that are not answered yet.</param>
    public Said? Check(Func<int> open)
    {
        lock (_gate)
        {
            Said? mismatch = Mismatch(open);
            if (mismatch is null)
            {
                _isWrong = false;
                return null;
            }
            long now = time.GetTimestamp();
            if (!_isWrong)
            {
                _isWrong = true;
                _wrongSince = now;
            }
            return time.GetElapsedTime(_wrongSince, now) >= options.Grace ? mismatch : null;
        }
    }

    private Said? Mismatch(Func<int> open)
    {
        long signals = counters.SignalsSent + counters.SignalsExpired + counters.SignalsNotConnected;
        long verdicts = counters.Pass + counters.Reject + counters.Review + counters.None;
        long unanswered = open();
        long triggers = counters.Triggers;
        if (triggers != verdicts + unanswered)
            return CountWordings.Verdicts.Of(triggers, verdicts, unanswered);
        if (signals != verdicts)
            return CountWordings.Signals.Of(verdicts, signals);
        if (_partsAtFirst is not { } first)
            return null;
        // The PLC counts challenge parts like any other part.
        long seen = triggers + counters.Challenges - _triggersAtFirst;
        return Math.Abs(_parts - first - seen) <= options.Tolerance
            ? null
            : CountWordings.Parts.Of(_parts - first, seen);
    }
}
