namespace EdgeInspector.Inspection.Stations;

/// <summary>
/// Holds a station's counters against each other and against the PLC's count of parts.
/// Both are compared as they grew since the PLC's first report, so that neither needs to begin at zero. Thread-safe.
/// </summary>
internal sealed class Reconciliation(ReconciliationOptions options, StationCounters counters, TimeProvider time)
{
    private readonly Lock _gate = new();
    private long? _partsAtFirst;
    private long _triggersAtFirst;
    private long _parts;
    private long _wrongSince;
    private bool _isWrong;

    /// <summary>Takes the PLC's count. A smaller one than before, such as 0, means that it counts anew: so does the comparison.</summary>
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

    /// <summary>What has been wrong for longer than the grace time, as a sentence, or null.</summary>
    /// <param name="open">Gives the triggers that are not answered yet.</param>
    public string? Check(Func<int> open)
    {
        lock (_gate)
        {
            string? mismatch = Mismatch(open);
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

    private string? Mismatch(Func<int> open)
    {
        long signals = counters.SignalsSent + counters.SignalsExpired + counters.SignalsNotConnected;
        long verdicts = counters.Pass + counters.Reject + counters.Review + counters.None;
        long unanswered = open();
        long triggers = counters.Triggers;
        if (triggers != verdicts + unanswered)
            return $"{triggers} triggers were accepted, but {verdicts} verdicts were given and {unanswered} are open. "
                + "Please report this; restart the agent to count anew.";
        if (signals != verdicts)
            return $"{verdicts} verdicts were given, but {signals} signals were made. Please report this; restart the agent to count anew.";
        if (_partsAtFirst is not { } first)
            return null;
        // The PLC counts them as any others.
        long seen = triggers + counters.Challenges - _triggersAtFirst;
        return Math.Abs(_parts - first - seen) <= options.Tolerance
            ? null
            : $"The PLC counted {_parts - first} parts, but {seen} triggers came. "
                + "Check the sensor and the trigger; let the PLC report 0 to count anew.";
    }
}
