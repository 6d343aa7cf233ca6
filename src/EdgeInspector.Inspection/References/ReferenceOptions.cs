using System.ComponentModel.DataAnnotations;

namespace EdgeInspector.Inspection.References;

/// <summary>What becomes of a part for whose type no reference was learnt, at a station that has others.</summary>
public enum UnknownType
{
    /// <summary>It gets none with the reason picture: nobody knows what it should look like.</summary>
    None,

    /// <summary>Its picture is only checked for light, detail and its end.</summary>
    Check,
}

/// <summary>
/// How far a part's picture may be from the reference of its station, which is learnt (EdgeInspector stations learn).
/// A picture beyond a limit gets none with the reason picture. Limits that are not set here follow from the reference itself.
/// </summary>
public sealed record ReferenceOptions
{
    /// <summary>False: references are kept, but no picture is held against them.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>
    /// What becomes of a part whose trigger names a type without a reference, or none, where references of other types were learnt:
    /// <c>None</c> (no verdict) or <c>Check</c> (light, detail and end of its picture are checked, no more).
    /// While its type is being learnt it is always <c>Check</c>.
    /// </summary>
    public UnknownType UnknownType { get; init; } = UnknownType.None;

    /// <summary>
    /// Brightness, contrast, sharpness, place and look of a picture may be so many standard deviations of the good parts away from their
    /// mean. Never less than 15 % of the brightness, 20 % of the contrast, 25 % of the sharpness, 1 % of the picture's width,
    /// 1.5 degrees, and 1 % of the look.
    /// </summary>
    [Range(1.0, 100.0)]
    public double Margin { get; init; } = 4;

    /// <summary>How far a part may be shifted to each side, in pixels of the picture. Null: by Margin.</summary>
    [Range(1.0, 10000.0)]
    public double? Shift { get; init; }

    /// <summary>How far a part may be turned to each side, in degrees. Null: by Margin.</summary>
    [Range(0.1, 180.0)]
    public double? Turn { get; init; }

    /// <summary>Which share of a picture may look other than good parts do. Null: by Margin.</summary>
    [Range(0.0001, 1.0)]
    public double? Different { get; init; }

    /// <summary>
    /// Once the average of light, sharpness or place has gone this share of the way to its limit, the station is degraded,
    /// before a verdict is lost. 0: not looked for.
    /// </summary>
    [Range(0.0, 1.0)]
    public double Drift { get; init; } = 0.4;

    /// <summary>The average of drift is over about so many parts.</summary>
    [Range(1, 10000)]
    public int DriftParts { get; init; } = 20;
}
