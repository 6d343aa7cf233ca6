using System.ComponentModel.DataAnnotations;
using EdgeInspector.Inspection.References;

namespace EdgeInspector.Inspection.Pictures;

/// <summary>
/// When a picture can't be trusted. Dark, Bright, Clipped, Detail and Whole are looked at before the verdict: a part whose picture fails
/// gets none with the reason picture, and the fail-safe. Pictures of files are not looked at for being frozen, and make no alarm.
/// </summary>
public sealed record PictureOptions : IValidatableObject
{
    /// <summary>
    /// A camera that gives the same picture again for so many times is frozen, and its parts get none with the reason camera. A true camera
    /// never gives the same picture twice, since its sensor has noise; a network camera that compresses hard may. 0: not looked for.
    /// </summary>
    [Range(0, 1000)]
    public int FrozenAfter { get; init; } = 3;

    /// <summary>
    /// Mean brightness below which a part's picture counts as black, as a share of full brightness; its part gets none. 0: not looked for.
    /// </summary>
    [Range(0.0, 1.0)]
    public double Dark { get; init; } = 0.04;

    /// <summary>
    /// Mean brightness above which a part's picture counts as white, as a share of full brightness; its part gets none. 1: not looked for.
    /// </summary>
    [Range(0.0, 1.0)]
    public double Bright { get; init; } = 0.96;

    /// <summary>A part gets none when more than this share of its picture is full black, or full white. 1: not looked for.</summary>
    [Range(0.0, 1.0)]
    public double Clipped { get; init; } = 0.98;

    /// <summary>
    /// A picture shows nothing, and its part gets none, when the brightness of its regions (the 5th and the 95th
    /// percentile of 12 × 16 of them) differs by less than this share of full brightness, and there is no texture either.
    /// 0: not looked for, such as for a smooth surface that fills the picture.
    /// </summary>
    [Range(0.0, 1.0)]
    public double Detail { get; init; } = 0.01;

    /// <summary>
    /// A picture that has one colour, neither black nor white, from some row on to its end was not written to its end,
    /// and its part gets none. false: not looked for, such as for pictures that a program has masked or framed.
    /// </summary>
    public bool Whole { get; init; } = true;

    /// <summary>
    /// A part's picture with less than this share of the sharpness of the first good parts counts as out of focus. 0: not looked for.
    /// </summary>
    [Range(0.0, 1.0)]
    public double Sharpness { get; init; } = 0.3;

    /// <summary>So many parts in a row must look bad before it is an alarm, and so many must look well before it is withdrawn.</summary>
    [Range(1, 1000)]
    public int Parts { get; init; } = 5;

    /// <summary>From so many good parts after the start it is learnt how sharp a picture is.</summary>
    [Range(1, 1000)]
    public int LearnFrom { get; init; } = 20;

    /// <summary>How far a picture may be from what was learnt of good parts.</summary>
    public ReferenceOptions Reference { get; init; } = new();

    /// <summary>Nothing is looked for.</summary>
    public static PictureOptions Off { get; } =
        new()
        {
            FrozenAfter = 0,
            Dark = 0,
            Bright = 1,
            Clipped = 1,
            Detail = 0,
            Whole = false,
            Sharpness = 0,
            Reference = new() { Enabled = false },
        };

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Dark >= Bright)
            yield return new ValidationResult(
                "Dark must be below Bright, or every picture would be black or white.", [nameof(Dark), nameof(Bright)]);
    }
}
