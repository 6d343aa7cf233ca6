using EdgeInspector.Inference.Tiling;

namespace EdgeInspector.Inference.Preprocessing;

/// <summary>Which rectangle of the frame (in pixels) goes to which size of the network's input.</summary>
/// <param name="CropLeft">Left edge of the rectangle, pixels of the frame.</param>
/// <param name="CropTop">Top edge of the rectangle.</param>
/// <param name="CropWidth">Width of the rectangle.</param>
/// <param name="CropHeight">Height of the rectangle.</param>
/// <param name="InputWidth">The network's width, pixels.</param>
/// <param name="InputHeight">The network's height, pixels.</param>
/// <param name="Window">Which part of the resized rectangle the network sees; null: all of it, resized to the network's size.</param>
internal readonly record struct InputGeometry(
    int CropLeft, int CropTop, int CropWidth, int CropHeight, int InputWidth, int InputHeight, ScaledWindow? Window = null)
{
    // A rectangle of a larger ratio would be resized to a picture that is too large to be made; only its middle can be seen anyway.
    private const int MostRatio = 16;
    private const int LongestSide = 4096;

    /// <summary>Computes the geometry for a tile of a frame, or for a whole one.</summary>
    /// <param name="plan">Crop and resize method.</param>
    /// <param name="tile">Where the tile lies on the frame.</param>
    /// <param name="fixedWidth">The network's input width, or 0 when it is dynamic.</param>
    /// <param name="fixedHeight">The network's input height, or 0 when it is dynamic.</param>
    public static InputGeometry For(PreprocessingPlan plan, in Tile tile, int fixedWidth, int fixedHeight)
    {
        (int left, int top, int width, int height) = tile;
        if (plan.Crop == CropMethod.FullImageShorterSide)
            (left, top, width, height) = Middle(tile, 1);
        else if (plan.Crop == CropMethod.OneCropCenter)
            (left, top, width, height) = Middle(tile, MostRatio);
        (int scaledWidth, int scaledHeight) = Scaled(plan, width, height, fixedWidth, fixedHeight);
        if (plan.Crop == CropMethod.OneCropCenter)
        {
            int inputWidth = plan.CropWidth ?? Known(fixedWidth, plan.TargetWidth),
                inputHeight = plan.CropHeight ?? Known(fixedHeight, plan.TargetHeight);
            return Whole(inputWidth, inputHeight) with { Window = Part(Half(scaledWidth, inputWidth), Half(scaledHeight, inputHeight)) };
        }
        if (plan.Resize == ResizeMethod.Letterbox)
        {
            int inputWidth = Known(fixedWidth, plan.TargetWidth), inputHeight = Known(fixedHeight, plan.TargetHeight);
            return Whole(inputWidth, inputHeight) with { Window = Part(-Half(inputWidth, scaledWidth), -Half(inputHeight, scaledHeight)) };
        }
        return Whole(Known(fixedWidth, Math.Min(scaledWidth, LongestSide)), Known(fixedHeight, Math.Min(scaledHeight, LongestSide)));

        InputGeometry Whole(int inputWidth, int inputHeight) => new(left, top, width, height, inputWidth, inputHeight);

        ScaledWindow Part(int fromLeft, int fromTop) => new(scaledWidth, scaledHeight, fromLeft, fromTop);
    }

    /// <summary>The part of the frame that the network sees, in pixels of the frame; padding lies outside of the rectangle.</summary>
    public (double Left, double Top, double Width, double Height) Seen
    {
        get
        {
            if (Window is not { } window)
                return (CropLeft, CropTop, CropWidth, CropHeight);
            double scaleX = (double)CropWidth / window.Width, scaleY = (double)CropHeight / window.Height;
            return (CropLeft + (window.Left * scaleX), CropTop + (window.Top * scaleY), InputWidth * scaleX, InputHeight * scaleY);
        }
    }

    /// <summary>The pixels of the network's picture that show the frame, not padding.</summary>
    public Tile Filled
    {
        get
        {
            if (Window is not { } window)
                return new Tile(0, 0, InputWidth, InputHeight);
            int left = Math.Max(0, -window.Left), top = Math.Max(0, -window.Top);
            return new Tile(
                left,
                top,
                Math.Min(InputWidth, window.Width - window.Left) - left,
                Math.Min(InputHeight, window.Height - window.Top) - top);
        }
    }

    private static (int Width, int Height) Scaled(PreprocessingPlan plan, int width, int height, int fixedWidth, int fixedHeight)
    {
        (double targetWidth, double targetHeight) = (plan.TargetWidth, plan.TargetHeight);
        switch (plan.Resize)
        {
            case ResizeMethod.ByPixelCountAlign32:
                return ByRatio(Align32, Math.Sqrt(targetWidth * targetHeight / width / height));
            case ResizeMethod.ByShorterSideAlign32:
                return ByRatio(Align32, Math.Min(targetWidth, targetHeight) / Math.Min(width, height));
            case ResizeMethod.ByShorterSide:
                return ByRatio(Nearest, Math.Max(targetWidth / width, targetHeight / height));
            case ResizeMethod.Letterbox:
                (targetWidth, targetHeight) = (Known(fixedWidth, plan.TargetWidth), Known(fixedHeight, plan.TargetHeight));
                return ByRatio(Nearest, Math.Min(targetWidth / width, targetHeight / height));
            default:
                return (plan.TargetWidth, plan.TargetHeight);
        }

        (int Width, int Height) ByRatio(Func<double, int> round, double ratio) => (round(width * ratio), round(height * ratio));
    }

    /// <summary>The middle of a tile whose sides differ at most by a ratio.</summary>
    private static Tile Middle(in Tile tile, int ratio)
    {
        int width = (int)Math.Min(tile.Width, (long)ratio * tile.Height), height = (int)Math.Min(tile.Height, (long)ratio * tile.Width);
        return new Tile(tile.Left + Half(tile.Width, width), tile.Top + Half(tile.Height, height), width, height);
    }

    private static int Half(int of, int without) => (of - without) / 2;

    private static int Known(int fixedSide, int otherwise) => fixedSide > 0 ? fixedSide : otherwise;

    /// <summary>
    /// A multiple of 32, at most 4096 whatever the aspect ratio. Cuts to whole pixels first, as Microsoft's sample does, so that
    /// 512.0000001 does not become 544.
    /// </summary>
    private static int Align32(double side) => Math.Clamp(((int)side + 31) / 32 * 32, 32, LongestSide);

    // A value slightly below one half is one half that was rounded.
    private static int Nearest(double side) => Math.Max(1, (int)Math.Round(side + 1e-9, MidpointRounding.AwayFromZero));
}

/// <summary>
/// The size of the resized rectangle, and where the network's picture begins in the rectangle, in its pixels: at a negative place where the
/// picture is padded.
/// </summary>
internal readonly record struct ScaledWindow(int Width, int Height, int Left, int Top);
