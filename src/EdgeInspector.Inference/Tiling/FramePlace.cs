using EdgeInspector.Inference.Decoding;
using EdgeInspector.Inference.Preprocessing;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;

namespace EdgeInspector.Inference.Tiling;

/// <summary>Turns places on a picture of the network into places on the frame.</summary>
internal static class FramePlace
{
    /// <summary>The whole frame, in pixels.</summary>
    public static Tile Whole(Frame frame) => new(0, 0, frame.Width, frame.Height);

    /// <summary>A tile in shares of its frame.</summary>
    public static BoundingBox Share(in Tile tile, Frame frame) => new(
        (float)tile.Left / frame.Width,
        (float)tile.Top / frame.Height,
        (float)tile.Width / frame.Width,
        (float)tile.Height / frame.Height);

    /// <summary>The part of the frame that the network sees, in whole pixels.</summary>
    public static Tile Seen(in InputGeometry geometry)
    {
        (double left, double top, double width, double height) = geometry.Seen;
        int fromX = Math.Max(geometry.CropLeft, (int)Math.Floor(left)), fromY = Math.Max(geometry.CropTop, (int)Math.Floor(top));
        int toX = Math.Min(geometry.CropLeft + geometry.CropWidth, (int)Math.Ceiling(left + width));
        int toY = Math.Min(geometry.CropTop + geometry.CropHeight, (int)Math.Ceiling(top + height));
        return new Tile(fromX, fromY, toX - fromX, toY - fromY);
    }

    /// <summary>Turns shares of the network's picture into shares of the frame, and drops boxes that show nothing but padding.</summary>
    public static void PutOnFrame(List<Prediction> predictions, Frame frame, in InputGeometry geometry)
    {
        (double left, double top, double width, double height) = geometry.Seen;
        float scaleX = (float)(width / frame.Width), scaleY = (float)(height / frame.Height);
        float offsetX = (float)(left / frame.Width), offsetY = (float)(top / frame.Height);
        var crop = new Corners(
            (float)geometry.CropLeft / frame.Width, (float)geometry.CropTop / frame.Height,
            (float)(geometry.CropLeft + geometry.CropWidth) / frame.Width, (float)(geometry.CropTop + geometry.CropHeight) / frame.Height);
        for (int i = predictions.Count - 1; i >= 0; i--)
        {
            if (predictions[i].BoundingBox is not { } box)
                continue;
            var placed = new BoundingBox(
                offsetX + (box.Left * scaleX), offsetY + (box.Top * scaleY), box.Width * scaleX, box.Height * scaleY);
            if (geometry.Window is not null && !Corners.Of(placed).TryClip(crop, out placed))
                predictions.RemoveAt(i);
            else
                predictions[i] = predictions[i] with
                {
                    BoundingBox = placed,
                    MaskArea = AreaIn(placed, predictions[i].MaskArea * scaleX * scaleY),
                };
        }
    }

    /// <summary>The part of a segment on the padding was dropped with that part of the segment's box.</summary>
    private static float? AreaIn(in BoundingBox box, float? area) => area is { } known ? Math.Min(known, box.Area) : null;

    /// <summary>Drops boxes of which less than half is inspected.</summary>
    public static void DropOutside(List<Prediction> predictions, InspectedArea area)
    {
        for (int i = predictions.Count - 1; i >= 0; i--)
        {
            if (predictions[i].BoundingBox is { } box && area.ShareOf(box) < 0.5f)
                predictions.RemoveAt(i);
        }
    }
}
