namespace EdgeInspector.Inference.Tiling;

/// <summary>Where on the frame a generation looks.</summary>
/// <param name="Grid">The tiles; null for the whole frame at once.</param>
/// <param name="Area">What of them counts; null for all. Owned by the generation.</param>
internal sealed record FrameView(TileGrid? Grid, InspectedArea? Area)
{
    /// <summary>What the settings ask for, or null with the problem.</summary>
    public static FrameView? Create(TilingOptions options, out string problem)
    {
        problem = "";
        if (!options.IsOn)
            return new FrameView(null, null);
        OpenCvSharp.Mat? mask = null;
        if (options.Mask is not null && (mask = MaskFile.Read(options.Mask, out problem)) is null)
            return null;
        InspectedArea? area = options.HasOutside ? new InspectedArea(options, mask) : null;
        return new FrameView(new TileGrid(options, area), area);
    }
}
