using EdgeInspector.Inference.Preprocessing;

namespace EdgeInspector.Inference.Tiling;

/// <summary>
/// What the network sees of a tile: all of it, or a part in its middle. Tiles are laid so that these parts, not only the tiles, cover what
/// is inspected.
/// </summary>
/// <param name="IsSquare">True when tiles must be squares, since of any other the network would miss the sides.</param>
/// <param name="Width">Share of the tile's width that the network sees, above 0 to 1.</param>
/// <param name="Height">The same of its height.</param>
internal sealed record ViewOfTile(bool IsSquare, double Width, double Height)
{
    /// <summary>The network sees all of any tile.</summary>
    public static ViewOfTile Whole { get; } = new(false, 1, 1);

    /// <summary>What a network sees that is fed in this way.</summary>
    public static ViewOfTile Of(PreprocessingPlan plan, int fixedWidth, int fixedHeight)
    {
        if (plan.Crop == CropMethod.FullImageShorterSide)
            return new ViewOfTile(true, 1, 1);
        if (plan.Crop != CropMethod.OneCropCenter)
            return Whole;
        // Of a square, the shares do not depend on its size; a large one keeps rounding out of them.
        const int Side = 1 << 13;
        var tile = new Tile(0, 0, Side, Side);
        (_, _, double width, double height) = InputGeometry.For(plan, tile, fixedWidth, fixedHeight).Seen;
        return new ViewOfTile(plan.Resize != ResizeMethod.Stretch, Math.Min(1, width / Side), Math.Min(1, height / Side));
    }
}
