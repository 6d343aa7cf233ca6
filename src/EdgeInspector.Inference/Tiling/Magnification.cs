using System.Globalization;
using EdgeInspector.Inference.Preprocessing;
using EdgeInspector.Inspection.Predictions;

namespace EdgeInspector.Inference.Tiling;

/// <summary>How much larger the network sees the things in a region than it would without regions.</summary>
internal static class Magnification
{
    /// <summary>
    /// Up to this factor there is no warning: trainers vary the size of things by about as much (Ultralytics, for one, by half).
    /// </summary>
    public const double Most = 2;

    // Where the size of the camera's frames is not known: a size with the ratio of most industrial sensors. The size itself cancels out.
    private static readonly PictureSize Usual = new(1600, 1200);

    /// <summary>The warning about regions that are magnified a lot; null where no region is, or where the user has decided.</summary>
    /// <param name="options">Regions and tiles.</param>
    /// <param name="plan">How pictures are brought to the network.</param>
    /// <param name="view">What the network sees of a tile.</param>
    /// <param name="input">What the network takes.</param>
    public static string? Warning(TilingOptions options, PreprocessingPlan plan, ViewOfTile view, TensorInput input)
    {
        if (options.Regions.Count == 0 || options.RegionScale is not null)
            return null;
        PictureSize frame = options.Example is { Width: > 0, Height: > 0 } known ? known : Usual;
        (double width, double height) = Scale(options with { Regions = [] });
        (int index, double times) = (0, 0);
        for (int i = 0; i < options.Regions.Count; i++)
        {
            (double regionWidth, double regionHeight) = Scale(options with { Regions = [options.Regions[i]] });
            if (Math.Max(regionWidth / width, regionHeight / height) is var larger && larger > times)
                (index, times) = (i, larger);
        }
        return times > Most ? Sentence(options, index, times, input) : null;

        (double X, double Y) Scale(TilingOptions regions)
        {
            try
            {
                Tile first = new TileGrid(regions, null, view).For(frame.Width, frame.Height)[0];
                var geometry = InputGeometry.For(plan, first, input.Width, input.Height);
                (_, _, double seenWidth, double seenHeight) = geometry.Seen;
                return (geometry.InputWidth / seenWidth, geometry.InputHeight / seenHeight);
            }
            catch (PredictionException)
            {
                // There are too many tiles, which another message says.
                return (1, 1);
            }
        }
    }

    private static string Sentence(TilingOptions options, int index, double times, TensorInput input)
    {
        RegionOptions region = options.Regions[index];
        string where, network = input is { Width: > 0, Height: > 0 } ? $" of {input.Width}×{input.Height} pixels" : "", empty = "";
        if (options.Example is { } frame)
        {
            Tile pixels = TileGrid.Pixels(region, frame.Width, frame.Height);
            where = $"{pixels.Width}×{pixels.Height} of the {frame.Width}×{frame.Height} pixels that golden images have";
            if (pixels.Width < input.Width && pixels.Height < input.Height)
                empty = " The picture has fewer pixels there than the network takes, so that magnifying shows nothing new.";
        }
        else
        {
            where = $"{Percent(region.Bounds.Width)} % × {Percent(region.Bounds.Height)} % of the picture; "
                + "no golden images tell how large the pictures of its training were";
        }
        return $"{options.RegionsName}:{index} fills the network's picture{network}, so that what lies in it looks up to "
            + string.Create(CultureInfo.InvariantCulture, $"{times:0.#} times as large as without regions ({where}). ")
            + $"A model that was trained on whole pictures can't be trusted beyond {Most:0} times.{empty} "
            + "Set RegionScale to AsInFrame to look at regions without magnifying; "
            + "if the model was trained on pieces of this size, set RegionScale to Magnified, and this is not said again.";
    }

    private static string Percent(double share) => (100 * share).ToString("0", CultureInfo.InvariantCulture);
}
