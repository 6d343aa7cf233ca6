using System.ComponentModel.DataAnnotations;

namespace EdgeInspector.Inspection.Pictures;

/// <summary>When a camera's picture can't be trusted. Not looked at for cameras that read files.</summary>
public sealed record PictureOptions
{
    /// <summary>
    /// A camera that gives the same picture again for so many times is frozen, and its parts get none with the reason camera. A true camera never gives
    /// the same picture twice, since its sensor has noise; a network camera that compresses hard may. 0: not looked for.
    /// </summary>
    [Range(0, 1000)]
    public int FrozenAfter { get; init; } = 3;

    /// <summary>Mean brightness below which a part's picture counts as black, as a share of full brightness. 0: not looked for.</summary>
    [Range(0.0, 1.0)]
    public double Dark { get; init; } = 0.04;

    /// <summary>Mean brightness above which a part's picture counts as white, as a share of full brightness. 1: not looked for.</summary>
    [Range(0.0, 1.0)]
    public double Bright { get; init; } = 0.96;

    /// <summary>A part's picture with less than this share of the sharpness of the first good parts counts as out of focus. 0: not looked for.</summary>
    [Range(0.0, 1.0)]
    public double Sharpness { get; init; } = 0.3;

    /// <summary>So many parts in a row must look bad before it is an alarm, and so many must look well before it is withdrawn.</summary>
    [Range(1, 1000)]
    public int Parts { get; init; } = 5;

    /// <summary>From so many good parts after the start it is learnt how sharp a picture is.</summary>
    [Range(1, 1000)]
    public int LearnFrom { get; init; } = 20;

    /// <summary>Nothing is looked for.</summary>
    public static PictureOptions Off { get; } = new() { FrozenAfter = 0, Dark = 0, Bright = 1, Sharpness = 0 };
}
