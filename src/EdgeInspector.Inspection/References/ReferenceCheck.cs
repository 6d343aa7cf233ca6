using System.Globalization;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;

namespace EdgeInspector.Inspection.References;

/// <summary>
/// Holds pictures against one reference. Has scratch memory; not thread-safe. Allocates nothing for a picture that is within its limits.
/// </summary>
internal sealed class ReferenceCheck
{
    private readonly LookPlacer _placer;
    private readonly LookDifference _difference;
    private readonly LookGrid _picture = new();

    public ReferenceCheck(Reference reference, ReferenceOptions options)
    {
        Reference = reference;
        Limits = new ReferenceLimits(reference, options);
        float[] look = [.. reference.Look], deviation = [.. reference.Deviation];
        _placer = new LookPlacer(look, deviation, reference.Width, reference.Height);
        _difference = new LookDifference(look, deviation);
        Drift = new ReferenceDrift(reference, Limits, options);
    }

    public Reference Reference { get; }

    public ReferenceLimits Limits { get; }

    /// <summary>How the pictures drift away from the reference.</summary>
    public ReferenceDrift Drift { get; }

    /// <summary>Why a picture can't be held against the reference at all; null: the picture can.</summary>
    public string? Unfit(Frame picture) => picture.Width == Reference.Width && picture.Height == Reference.Height
        ? null
        : Words($"the picture has {picture.Width} × {picture.Height} pixels, ")
            + Words($"and the reference was learnt from pictures of {Reference.Width} × {Reference.Height}: {Again}");

    /// <summary>Measures a picture.</summary>
    /// <param name="sample">The sample of the picture.</param>
    /// <param name="sharpness">How sharp the picture is.</param>
    public PictureMeasures Measure(PictureSample sample, double sharpness)
    {
        _picture.Take(sample.Fine);
        PartPlace place = _placer.Find(_picture);
        _placer.Lay(_picture, place);
        return new PictureMeasures(sample.Brightness, sample.Contrast, sharpness, place, _difference.Of(_placer.Laid));
    }

    /// <summary>
    /// Why the part can't be judged by a picture with these measures: the value, the limit and the setting of the limit; null: the part can
    /// be judged.
    /// </summary>
    public string? Refuse(in PictureMeasures measures)
    {
        ReferenceLimits limits = Limits;
        if (measures.Different > limits.Different)
        {
            (string share, string most) = TellingDigits.Of(100 * measures.Different, 100 * limits.Different, 1);
            return "the picture does not look like the parts of the reference: "
                + $"{share}% of it is different, more than {most}% (Picture:Reference:Different)";
        }
        if (!limits.X.Has(measures.Place.X))
            return Shifted(measures.Place.X, limits.X, "right", "left");
        if (!limits.Y.Has(measures.Place.Y))
            return Shifted(measures.Place.Y, limits.Y, "down", "up");
        if (!limits.Turn.Has(measures.Place.Degrees))
            return $"the part is turned by {Beyond(measures.Place.Degrees, limits.Turn, 1, " degrees")} (Picture:Reference:Turn)";
        if (!limits.Brightness.Has(measures.Brightness))
            return "the light is not that of the reference: "
                + $"the brightness is {Beyond(measures.Brightness, limits.Brightness, 3)} {Margin}";
        if (!limits.Contrast.Has(measures.Contrast))
            return $"the light is not that of the reference: the contrast is {Beyond(measures.Contrast, limits.Contrast, 3)} {Margin}";
        return limits.Sharpness.Has(measures.Sharpness)
            ? null
            : $"the picture is out of focus: its sharpness is {Beyond(measures.Sharpness, limits.Sharpness, 1)} {Margin}";
    }

    private const string Margin = "(Picture:Reference:Margin)";

    private string Again => $"learn it again ('EdgeInspector stations learn {Reference.Station}'), or forget it (--forget)";

    private static string Shifted(double shift, Allowed allowed, string positive, string negative)
    {
        double limit = shift < 0 ? -allowed.Least : allowed.Most;
        (string shown, string most) = TellingDigits.Of(Math.Abs(shift), limit, 0);
        return $"the part is shifted {(shift < 0 ? negative : positive)} by {shown} pixels, more than {most} (Picture:Reference:Shift)";
    }

    private static string Beyond(double value, Allowed allowed, int digits, string unit = "")
    {
        bool isBelow = value < allowed.Least;
        (string shown, string limit) = TellingDigits.Of(value, isBelow ? allowed.Least : allowed.Most, digits);
        return $"{shown}{unit}, {(isBelow ? "below" : "above")} {limit}";
    }

    internal static string Words(FormattableString words) => words.ToString(CultureInfo.InvariantCulture);
}
