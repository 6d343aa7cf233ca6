namespace EdgeInspector.Inference.Tiling;

/// <summary>Where on the frame a generation looks.</summary>
/// <param name="Grid">The tiles; null for the whole frame at once.</param>
/// <param name="Area">The area of the tiles that counts; null for all of it. Owned by the generation.</param>
internal sealed record FieldOfView(TileGrid? Grid, InspectedArea? Area)
{
    /// <summary>The field of view that the settings ask for, or null with the problem.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="view">What the network sees of a tile.</param>
    /// <param name="problem">What is wrong with the mask.</param>
    public static FieldOfView? Create(TilingOptions options, ViewOfTile view, out string problem)
    {
        problem = "";
        if (!options.IsOn)
            return new FieldOfView(null, null);
        OpenCvSharp.Mat? mask = null;
        if (options.Mask is not null && (mask = MaskFile.Read(options.Mask, options.MaskName, out problem)) is null)
            return null;
        InspectedArea? area = options.HasOutside ? new InspectedArea(options, mask) : null;
        // A mask alone leaves the network's view of the frame as it is. So do regions that keep their scale, where the network sees all of
        // the frame.
        bool isDivided = options.KeepsScale ? view != ViewOfTile.Whole : options.Regions.Count > 0;
        isDivided |= options.Width > 0 || options.Height > 0;
        return new FieldOfView(isDivided ? new TileGrid(options, area, view) : null, area);
    }
}
