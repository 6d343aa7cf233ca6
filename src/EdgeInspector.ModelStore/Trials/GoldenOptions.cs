using System.ComponentModel.DataAnnotations;
using EdgeInspector.Inspection.Pictures;

namespace EdgeInspector.ModelStore.Trials;

/// <summary>Pictures whose verdicts are known, on which every new package must prove itself before it becomes active.</summary>
public sealed record GoldenOptions
{
    /// <summary>
    /// Folder with the folders <c>pass</c>, <c>reject</c> and <c>review</c>, which hold pictures with that verdict; a folder in one of them
    /// names the tag that must decide it: <c>reject/scratch/part-17.png</c>. Relative to the settings file. Null: none.
    /// </summary>
    [StringLength(1024, MinimumLength = 1)]
    public string? Folder { get; init; }

    /// <summary>Share of the pictures on which a package may be wrong, 0 to 1.</summary>
    [Range(0.0, 1.0)]
    public double AllowedShare { get; init; }

    /// <summary>The most pictures that are tried; those beyond it, in the order of their names, are left out and reported.</summary>
    [Range(1, 100_000)]
    public int MaximumImages { get; init; } = 1000;

    /// <summary>
    /// How many bits the values of golden images of 16 bits use: 10, 12, 14 or 16. Null: what each file says; one that says nothing and may
    /// be dark by mistake can't be read.
    /// </summary>
    [Range(9, 16)]
    public int? BitDepth { get; init; }

    /// <summary>
    /// The formats of golden images that are read: <c>Jpeg</c>, <c>Png</c>, <c>Bmp</c>, <c>Tiff</c>, <c>WebP</c>. Not set: all but WebP.
    /// </summary>
    [MinLength(1)]
    public IReadOnlyList<PictureFormat>? Formats { get; init; }
}
