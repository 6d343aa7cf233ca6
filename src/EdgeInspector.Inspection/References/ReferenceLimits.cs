namespace EdgeInspector.Inspection.References;

/// <summary>What a measure may be.</summary>
/// <param name="Least">The least; minus infinity: no limit.</param>
/// <param name="Most">The most; infinity: no limit.</param>
internal readonly record struct Allowed(double Least, double Most)
{
    /// <summary>True when it may be that.</summary>
    public bool Has(double value) => value >= Least && value <= Most;
}

/// <summary>The limits that follow from a reference and the settings.</summary>
/// <remarks>
/// Four deviations: of 50 parts the deviation is known to a tenth, and a measure with a normal distribution
/// lies beyond 3.6 of its deviations once in 3,000 times; of the even distribution of a mechanical stop, never.
/// The least margins are for parts that were learnt in one calm quarter of an hour, which know nothing of an ageing lamp.
/// </remarks>
internal sealed class ReferenceLimits
{
    /// <summary>However alike good parts are: shares of their mean, of the picture's width, degrees, and a share of the picture.</summary>
    public const double LeastBrightness = 0.15, LeastContrast = 0.2, LeastSharpness = 0.25, LeastShift = 0.01, LeastTurn = 1.5,
        LeastDifferent = 0.01;

    // No part that was vouched for may be refused, nor one that is a little beyond it.
    private const double BeyondSeen = 1.25;

    // However much good parts differ, less than this share of their sharpness is out of focus.
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

    /// <summary>Of the mean brightness.</summary>
    public Allowed Brightness { get; }

    /// <summary>Of the contrast.</summary>
    public Allowed Contrast { get; }

    /// <summary>Of the sharpness: no part is too sharp.</summary>
    public Allowed Sharpness { get; }

    /// <summary>Of the shift to the right, in pixels.</summary>
    public Allowed X { get; }

    /// <summary>Of the shift down, in pixels.</summary>
    public Allowed Y { get; }

    /// <summary>Of the turn, in degrees.</summary>
    public Allowed Turn { get; }

    /// <summary>Of the share of the picture that looks different.</summary>
    public double Different { get; }

    private static Allowed Around(Spread spread, double margin, double least)
    {
        double reach = Math.Max(margin * spread.Deviation, least);
        // Each side by itself: a part that was dark says nothing of how bright others may be.
        return new Allowed(
            spread.Mean - Math.Max(reach, BeyondSeen * (spread.Mean - spread.Least)),
            spread.Mean + Math.Max(reach, BeyondSeen * (spread.Most - spread.Mean)));
    }
}
