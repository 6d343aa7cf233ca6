using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Inspection.References;

/// <summary>
/// Watches whether light, sharpness and place of a station's pictures move away from the reference over many parts, so that somebody can
/// mend the cause before verdicts are lost. Not thread-safe.
/// </summary>
/// <remarks>
/// Each measure has two exponential averages, one over few parts and one over ten times as many parts. The average over few parts is
/// compared with the limit; both averages, with the times to which they belong, give the trend.
/// </remarks>
internal sealed class ReferenceDrift
{
    // An alarm is withdrawn at this share of the value at which it was raised, so that the alarm does not come and go.
    private const double Back = 0.8;

    // The trend is not told before so many times the parts of an average have come.
    private const double Settled = 1;

    private readonly Watched[] _watched;
    private readonly double _share;
    private readonly double _fast, _slow;
    private double _fastAt, _slowAt;
    private long _parts;

    public ReferenceDrift(Reference reference, ReferenceLimits limits, ReferenceOptions options)
    {
        _share = options.Drift;
        _fast = 2.0 / (options.DriftParts + 1);
        _slow = 2.0 / (10.0 * options.DriftParts + 1);
        _watched =
        [
            new(DriftWordings.Brightness, reference.Brightness.Mean, limits.Brightness),
            new(DriftWordings.Contrast, reference.Contrast.Mean, limits.Contrast),
            new(DriftWordings.Sharpness, reference.Sharpness.Mean, limits.Sharpness),
            new(DriftWordings.Right, reference.X.Mean, limits.X),
            new(DriftWordings.Down, reference.Y.Mean, limits.Y),
            new(DriftWordings.Turn, reference.Turn.Mean, limits.Turn),
            new(DriftWordings.Different, reference.Different.Mean, new Allowed(double.NegativeInfinity, limits.Different)),
        ];
    }

    /// <summary>True while something has drifted.</summary>
    public bool IsAlarm { get; private set; }

    /// <summary>
    /// Takes the measures of one part that the gate did not refuse; true when <see cref="IsAlarm"/>, or which measures have drifted,
    /// changed.
    /// </summary>
    /// <param name="measures">The measures.</param>
    /// <param name="hours">When the part came, in hours since any fixed moment.</param>
    public bool Take(in PictureMeasures measures, double hours)
    {
        if (_share == 0)
            return false;
        if (_parts++ == 0)
            (_fastAt, _slowAt) = (hours, hours);
        _fastAt += _fast * (hours - _fastAt);
        _slowAt += _slow * (hours - _slowAt);
        bool changed = false;
        ReadOnlySpan<double> values =
        [
            measures.Brightness, measures.Contrast, measures.Sharpness, measures.Place.X, measures.Place.Y, measures.Place.Degrees,
            measures.Different,
        ];
        for (int i = 0; i < values.Length; i++)
            changed |= _watched[i].Take(values[i], _fast, _slow, _share);
        IsAlarm = Array.Exists(_watched, one => one.HasDrifted);
        return changed;
    }

    /// <summary>What has drifted, in sentences with the trend in numbers; empty when nothing has.</summary>
    public List<Said> Sentences()
    {
        double between = _fastAt - _slowAt;
        bool isTrend = _parts > Settled / _fast && between > 0;
        return [.. _watched.Where(one => one.HasDrifted).Select(one => one.Sentence(isTrend ? between : null))];
    }

    private sealed record Watched(Wording Words, double Mean, Allowed Allowed)
    {
        private double _fast = Mean, _slow = Mean;

        public bool HasDrifted { get; private set; }

        public bool Take(double value, double fast, double slow, double share)
        {
            _fast += fast * (value - _fast);
            _slow += slow * (value - _slow);
            bool before = HasDrifted;
            HasDrifted = Way > (before ? Back * share : share);
            return before != HasDrifted;
        }

        /// <summary>Which share of the way from the reference to the limit the measure has gone.</summary>
        private double Way => _fast < Mean ? (Mean - _fast) / (Mean - Allowed.Least) : (_fast - Mean) / (Allowed.Most - Mean);

        public Said Sentence(double? hours) => Words.Of(
            Mean, _fast, hours is { } time ? DriftWordings.Trend.Of((_fast - _slow) / time) : "",
            _fast < Mean ? Allowed.Least : Allowed.Most);
    }
}
