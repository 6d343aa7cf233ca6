using EdgeInspector.Foundation.Text;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Inspection.Storms;

/// <summary>
/// How bright and sharp the pictures of passed parts are, and those of the latest rejects: tells whether rejects come from the parts or
/// from the pictures. Not thread-safe; runs on the station's thread, after the signal.
/// </summary>
/// <remarks>
/// The seam for a learnt reference: the reference's measures (light, sharpness, place, look) can take the place of the gate's measures
/// here, and the reference's spread the place of the passed parts' spread.
/// </remarks>
internal sealed class PictureTrend
{
    private const int LeastPassed = 20, LeastRejected = 2;

    // Weights of one part: they average some fifty passed parts, and some five rejects.
    private const double Slow = 0.02, Fast = 0.3;

    // A change is more than four deviations, and no less than what a person would see.
    private const double Deviations = 4, LeastBrightness = 0.04, LeastSharpness = 0.3;

    private int _passed, _rejected;
    private (double Mean, double Deviation) _brightness, _sharpness;
    private double _rejectBrightness, _rejectSharpness;

    /// <summary>Looks at the picture of a part that got a verdict.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="gate">The gate, which has measured the picture or measures it now.</param>
    /// <param name="verdict">The verdict.</param>
    public void Note(Frame picture, PictureGate gate, VerdictKind verdict)
    {
        if (verdict is not (VerdictKind.Pass or VerdictKind.Reject))
            return;
        (double brightness, double sharpness) = (gate.SampleOf(picture).Brightness, gate.SharpnessOf(picture));
        if (verdict == VerdictKind.Pass)
        {
            _rejected = 0;
            _passed++;
            // At first the mean of all passed parts, later of the latest ones.
            double weight = Math.Max(Slow, 1.0 / _passed);
            if (_passed == 1)
                (_brightness, _sharpness) = ((brightness, 0), (sharpness, 0));
            _brightness = Mix(_brightness, brightness, weight);
            _sharpness = Mix(_sharpness, sharpness, weight);
            return;
        }
        double share = ++_rejected == 1 ? 1 : Fast;
        _rejectBrightness += share * (brightness - _rejectBrightness);
        _rejectSharpness += share * (sharpness - _rejectSharpness);
    }

    /// <summary>What the pictures of the latest rejects say; <paramref name="words"/> says in sentences what to look at.</summary>
    public PictureChange Compare(out Said words)
    {
        if (_passed < LeastPassed || _rejected < LeastRejected)
        {
            words = PictureWordings.Unknown.Of();
            return PictureChange.Unknown;
        }
        bool isLight = Math.Abs(_rejectBrightness - _brightness.Mean) > Math.Max(LeastBrightness, Deviations * _brightness.Deviation);
        bool isSharpness = Math.Abs(_rejectSharpness - _sharpness.Mean)
            > Math.Max(LeastSharpness * _sharpness.Mean, Deviations * _sharpness.Deviation);
        Wording kind = isLight ? PictureWordings.LightChanged : isSharpness ? PictureWordings.SharpnessChanged : PictureWordings.Same;
        words = kind.Of(_rejectBrightness, _brightness.Mean, _rejectSharpness, _sharpness.Mean);
        return isLight || isSharpness ? PictureChange.Changed : PictureChange.Same;
    }

    private static (double Mean, double Deviation) Mix((double Mean, double Deviation) before, double value, double weight)
    {
        double difference = value - before.Mean;
        // The mean deviation, which is 0.8 of the standard deviation where chance is normal.
        return (before.Mean + weight * difference, before.Deviation + weight * (Math.Abs(difference) - before.Deviation));
    }
}
