using EdgeInspector.Inference.Preprocessing;

namespace EdgeInspector.Inference.Tiling;

/// <summary>
/// What the network sees of a tile: all of it, or a part in its middle. Tiles are laid so that these parts, not only the tiles, cover the
/// inspected area.
/// </summary>
/// <param name="IsSquare">True when tiles must be squares, since the network would not see the sides of any other tile.</param>
/// <param name="Width">Share of the tile's width that the network sees, above 0 to 1.</param>
/// <param name="Height">Share of the tile's height that the network sees, above 0 to 1.</param>
internal sealed record ViewOfTile(bool IsSquare, double Width, double Height)
{
    /// <summary>The network sees all of any tile.</summary>
    public static ViewOfTile Whole { get; } = new(false, 1, 1);

    /// <summary>What a network sees of a tile when it is fed according to this plan.</summary>
    public static ViewOfTile Of(PreprocessingPlan plan, int fixedWidth, int fixedHeight)
    {
        if (plan.Crop == CropMethod.FullImageShorterSide)
            return new ViewOfTile(true, 1, 1);
        if (plan.Crop != CropMethod.OneCropCenter)
            return Whole;
        // The shares do not depend on the size of the square; a large square keeps rounding out of them.
        const int Side = 1 << 13;
        var tile = new Tile(0, 0, Side, Side);
        (_, _, double width, double height) = InputGeometry.For(plan, tile, fixedWidth, fixedHeight).Seen;
        return new ViewOfTile(plan.Resize != ResizeMethod.Stretch, Math.Min(1, width / Side), Math.Min(1, height / Side));
    }
}
