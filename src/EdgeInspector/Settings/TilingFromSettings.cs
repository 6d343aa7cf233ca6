using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.Inference.Tiling;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.ModelStore.Trials;

namespace EdgeInspector.Settings;

/// <summary>From the settings of a station to what its network looks at.</summary>
internal static class TilingFromSettings
{
    // Golden images are of one camera: a few tell the size of all.
    private const int Examples = 3;

    public static TilingOptions Of(string station, StationSettings settings)
    {
        (TileSettings tiles, string prefix) = (settings.Tiling, $"Stations:{station}:");
        bool hasOldRegions = settings.Regions.Count == 0 && tiles.Regions.Count > 0;
        bool hasOldMask = settings.Mask is null && tiles.Mask is not null;
        var view = new TilingOptions
        {
            Width = tiles.Width,
            Height = tiles.Height,
            Overlap = tiles.Overlap,
            Regions = hasOldRegions ? tiles.Regions : settings.Regions,
            RegionScale = settings.RegionScale,
            Mask = settings.Mask ?? tiles.Mask,
            RegionsName = prefix + (hasOldRegions ? $"{nameof(settings.Tiling)}:{nameof(tiles.Regions)}" : nameof(settings.Regions)),
            MaskName = prefix + (hasOldMask ? $"{nameof(settings.Tiling)}:{nameof(tiles.Mask)}" : nameof(settings.Mask)),
        };
        // Only wanted where somebody may have to be told that regions are magnified.
        return view.Regions.Count > 0 && view.RegionScale is null ? view with { Example = SizeOf(settings.Golden) } : view;
    }

    /// <summary>The size of golden images, of the middle one of a few; null where none can be read.</summary>
    private static PictureSize? SizeOf(GoldenOptions golden)
    {
        if (golden.Folder is null || !Directory.Exists(golden.Folder))
            return null;
        using var pool = new FramePool(2);
        PictureSize[] sizes =
        [
            .. PictureFiles.Below(golden.Folder).Where(found => found.Problem is null).Take(Examples)
                .Select(found => SizeOf(found.Path, golden, pool)).OfType<PictureSize>()
                .OrderBy(size => (long)size.Width * size.Height),
        ];
        return sizes.Length == 0 ? null : sizes[sizes.Length / 2];
    }

    private static PictureSize? SizeOf(string path, GoldenOptions golden, FramePool pool)
    {
        if (ImageFile.Read(path, pool, ImageLimits.Of(golden.Formats), golden.BitDepth).Frame is not { } frame)
            return null;
        var size = new PictureSize(frame.Width, frame.Height);
        frame.Release();
        return size;
    }
}
