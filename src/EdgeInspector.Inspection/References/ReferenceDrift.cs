using System.Globalization;

namespace EdgeInspector.Inspection.References;

/// <summary>
/// Watches whether light, sharpness and place of a station's pictures move away from the reference over many parts,
/// so that somebody can mend it before verdicts are lost. Not thread-safe.
/// </summary>
/// <remarks>
/// Each measure has two exponential averages, one over few parts and one over ten times as many.
/// The former is held against the way to the limit; both, with the times that they are of, tell the trend.
/// </remarks>
internal sealed class ReferenceDrift
{
    // An alarm is withdrawn at this share of where it was raised, so that it does not come and go.
    private const double Back = 0.8;

    // Before so many averages' worth of parts nothing is said of the trend.
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
            new("the brightness", "0.000", "", reference.Brightness.Mean, limits.Brightness, Advice: "Check the light and the exposure."),
            new("the contrast", "0.000", "", reference.Contrast.Mean, limits.Contrast, Advice: "Check the light and the lens."),
            new(
                "the sharpness", "0.0", "", reference.Sharpness.Mean, limits.Sharpness,
                Advice: "Check the focus, the lens and its distance."),
            new(
                "the shift to the right", "0.0", " pixels", reference.X.Mean, limits.X,
                Advice: "Check the camera's mounting and where parts stop."),
            new("the shift down", "0.0", " pixels", reference.Y.Mean, limits.Y, Advice: "Check the camera's mounting and the guides."),
            new("the turn", "0.00", " degrees", reference.Turn.Mean, limits.Turn, Advice: "Check the camera's mounting and the guides."),
            new(
                "what looks different", "0.000", "", reference.Different.Mean, new Allowed(double.NegativeInfinity, limits.Different),
                Advice: "Check the lens, the belt and the parts."),
        ];
    }

    /// <summary>True while something has drifted.</summary>
    public bool IsAlarm { get; private set; }

    /// <summary>
    /// Takes the measures of one part that the gate did not refuse; true when <see cref="IsAlarm"/>,
    /// or which measures have drifted, changed.
    /// </summary>
    /// <param name="measures">The measures.</param>
    /// <param name="hours">When, in hours from any moment on.</param>
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
    public string Sentence()
    {
        double between = _fastAt - _slowAt;
        bool isTrend = _parts > Settled / _fast && between > 0;
        return string.Join(" ", _watched.Where(one => one.HasDrifted).Select(one => one.Sentence(isTrend ? between : null)));
    }

    private sealed record Watched(string What, string Format, string Unit, double Mean, Allowed Allowed, string Advice)
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

        /// <summary>Which share of the way from the reference to the limit is gone.</summary>
        private double Way => _fast < Mean ? (Mean - _fast) / (Mean - Allowed.Least) : (_fast - Mean) / (Allowed.Most - Mean);

        public string Sentence(double? hours)
        {
            double limit = _fast < Mean ? Allowed.Least : Allowed.Most;
            string trend = hours is { } time ? $", {Text((_fast - _slow) / time, "+0.####;-0.####;0")} per hour" : "";
            return $"The pictures drift: {What} was {Text(Mean, Format)}{Unit} at the reference and is {Text(_fast, Format)}{Unit} "
                + $"now{trend}; the limit is {Text(limit, Format)}. {Advice}";
        }

        private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
    }
}
