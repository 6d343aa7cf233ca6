using System.ComponentModel.DataAnnotations;
using EdgeInspector.Inference.Tiling;

namespace EdgeInspector.Settings;

/// <summary>
/// Tiles, in which the network sees small defects at full resolution. Without a size here it sees each region, or the whole frame, at once.
/// </summary>
internal sealed record TileSettings
{
    /// <summary>
    /// Width of a tile in pixels of the frame; 0: as wide as its region. Each tile is brought to the network's size by itself.
    /// </summary>
    [Range(0, 16_384)]
    public int Width { get; init; }

    /// <summary>Height of a tile in pixels of the frame; 0: as high as its region.</summary>
    [Range(0, 16_384)]
    public int Height { get; init; }

    /// <summary>
    /// How much neighbouring tiles overlap at least, as a share of a tile's side, so that what lies on a border is whole in one of them.
    /// </summary>
    [Range(0.0, 0.9)]
    public double Overlap { get; init; } = 0.1;

    /// <summary>Old name of the station's Regions.</summary>
    [Renamed(nameof(StationSettings.Regions))]
    public IReadOnlyList<RegionOptions> Regions { get; init; } = [];

    /// <summary>Old name of the station's Mask.</summary>
    [Renamed(nameof(StationSettings.Mask))]
    [StringLength(1024, MinimumLength = 1)]
    public string? Mask { get; init; }
}
