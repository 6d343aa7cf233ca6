using EdgeInspector.Inference.Tiling;

namespace EdgeInspector.Inference.Preprocessing;

/// <summary>Which rectangle of the frame (in pixels) goes to which size of the network's input.</summary>
internal readonly record struct InputGeometry(int CropLeft, int CropTop, int CropWidth, int CropHeight, int InputWidth, int InputHeight)
{
    /// <summary>Computes the geometry for a tile of a frame, or for a whole one.</summary>
    /// <param name="plan">Crop and resize method.</param>
    /// <param name="tile">Where it lies on the frame.</param>
    /// <param name="fixedWidth">The network's input width, or 0 when it is dynamic.</param>
    /// <param name="fixedHeight">The network's input height, or 0 when it is dynamic.</param>
    public static InputGeometry For(PreprocessingPlan plan, in Tile tile, int fixedWidth, int fixedHeight)
    {
        (int left, int top, int width, int height) = tile;
        if (plan.Crop == CropMethod.FullImageShorterSide)
        {
            width = height = Math.Min(tile.Width, tile.Height);
            left += (tile.Width - width) / 2;
            top += (tile.Height - height) / 2;
        }
        (int inputWidth, int inputHeight) = plan.Resize switch
        {
            ResizeMethod.ByPixelCountAlign32 => Scaled(width, height, Math.Sqrt((double)plan.TargetWidth * plan.TargetHeight / width / height)),
            ResizeMethod.ByShorterSideAlign32 => Scaled(width, height, (double)Math.Min(plan.TargetWidth, plan.TargetHeight) / Math.Min(width, height)),
            _ => (plan.TargetWidth, plan.TargetHeight),
        };
        return new InputGeometry(left, top, width, height, fixedWidth > 0 ? fixedWidth : inputWidth, fixedHeight > 0 ? fixedHeight : inputHeight);
    }

    private static (int Width, int Height) Scaled(int width, int height, double ratio) => (Align32(width * ratio), Align32(height * ratio));

    /// <summary>Whole pixels first, as Microsoft's sample does, so that 512.0000001 does not become 544; at most 4096, whatever the aspect ratio.</summary>
    private static int Align32(double side) => Math.Clamp(((int)side + 31) / 32 * 32, 32, 4096);
}
