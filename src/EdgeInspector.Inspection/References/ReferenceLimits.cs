namespace EdgeInspector.Inspection.References;

/// <summary>Which values a measure may have.</summary>
/// <param name="Least">The least; minus infinity: no limit.</param>
/// <param name="Most">The most; infinity: no limit.</param>
internal readonly record struct Allowed(double Least, double Most)
{
    /// <summary>True when the measure may have that value.</summary>
    public bool Has(double value) => value >= Least && value <= Most;
}

/// <summary>The limits that follow from a reference and the settings.</summary>
/// <remarks>
/// Four deviations: from 50 parts the deviation is known to a tenth. A measure with a normal distribution lies beyond 3.6 of its deviations
/// once in 3,000 times; one with the even distribution of a mechanical stop never does. The least margins are for references that were
/// learnt from one calm quarter of an hour, in which a lamp does not age.
/// </remarks>
internal sealed class ReferenceLimits
{
    /// <summary>
    /// The least margins, however alike good parts are: shares of their mean, of the picture's width, degrees, and a share of the picture.
    /// </summary>
    public const double LeastBrightness = 0.15, LeastContrast = 0.2, LeastSharpness = 0.25, LeastShift = 0.01, LeastTurn = 1.5,
        LeastDifferent = 0.01;

    // No part that somebody vouched for may be refused, and no part that is a little beyond such a part.
    private const double BeyondSeen = 1.25;

    // However much good parts differ, a picture with less than this share of their sharpness is out of focus.
    private const double OutOfFocus = 0.2;

    public ReferenceLimits(Reference reference, ReferenceOptions options)
    {
        double margin = options.Margin;
        Brightness = Around(reference.Brightness, margin, LeastBrightness * reference.Brightness.Mean);
        Contrast = Around(reference.Contrast, margin, LeastContrast * reference.Contrast.Mean);
        Spread sharpness = reference.Sharpness;
        Sharpness = Around(sharpness, margin, LeastSharpness * sharpness.Mean) with { Most = double.PositiveInfinity };
        Sharpness = Sharpness with { Least = Math.Max(Sharpness.Least, OutOfFocus * sharpness.Mean) };
        X = options.Shift is { } shift ? new Allowed(-shift, shift) : Around(reference.X, margin, LeastShift * reference.Width);
        Y = options.Shift is { } same ? new Allowed(-same, same) : Around(reference.Y, margin, LeastShift * reference.Width);
        Turn = options.Turn is { } turn ? new Allowed(-turn, turn) : Around(reference.Turn, margin, LeastTurn);
        Spread different = reference.Different;
        Different = options.Different
            ?? Math.Max(LeastDifferent, Math.Max(2 * different.Most, different.Mean + margin * different.Deviation));
    }

    /// <summary>Limits of the mean brightness.</summary>
    public Allowed Brightness { get; }

    /// <summary>Limits of the contrast.</summary>
    public Allowed Contrast { get; }

    /// <summary>Limits of the sharpness: no part is too sharp.</summary>
    public Allowed Sharpness { get; }

    /// <summary>Limits of the shift to the right, in pixels.</summary>
    public Allowed X { get; }

    /// <summary>Limits of the shift down, in pixels.</summary>
    public Allowed Y { get; }

    /// <summary>Limits of the turn, in degrees.</summary>
    public Allowed Turn { get; }

    /// <summary>The most of the picture that may look different, as a share.</summary>
    public double Different { get; }

    private static Allowed Around(Spread spread, double margin, double least)
    {
        double reach = Math.Max(margin * spread.Deviation, least);
        // Each limit by itself: a dark part says nothing of how bright other parts may be.
        return new Allowed(
            spread.Mean - Math.Max(reach, BeyondSeen * (spread.Mean - spread.Least)),
            spread.Mean + Math.Max(reach, BeyondSeen * (spread.Most - spread.Mean)));
    }
}
