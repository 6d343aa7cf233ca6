using EdgeInspector.Inference.Preprocessing;
using EdgeInspector.Inspection.Predictions;
using OpenCvSharp;

namespace EdgeInspector.Inference.Tiling;

/// <summary>Pixels in a row of a picture, counted from its top left corner row by row.</summary>
internal readonly record struct PixelRun(int From, int Length);

/// <summary>
/// Which pixels of a frame count: the pixels of the regions and of the mask. Drawn for one size of frames, and drawn again when that size
/// changes; owns the mask.
/// </summary>
/// <param name="options">The regions.</param>
/// <param name="mask">Brightness of the mask's picture, of any size; null without a mask.</param>
internal sealed unsafe class InspectedArea(TilingOptions options, Mat? mask) : IDisposable
{
    // Corners of a polygon are placed to 1/16 of a pixel.
    private const int Shift = 4;

    private readonly Dictionary<InputGeometry, PixelRun[]> _outside = [];
    private readonly Mat _inside = new();
    private readonly Mat _sums = new();
    private (int Width, int Height) _size;

    /// <summary>Draws the area for frames of a size, unless it is drawn already.</summary>
    public void For(int width, int height)
    {
        if (_size == (width, height))
            return;
        _size = default;
        _outside.Clear();
        Draw(width, height);
        Cv2.Integral(_inside, _sums, MatType.CV_32S);
        _size = (width, height);
    }

    /// <summary>True when any pixel of the tile counts.</summary>
    public bool Touches(in Tile tile) => Count(tile.Left, tile.Top, tile.Left + tile.Width, tile.Top + tile.Height) > 0;

    /// <summary>The share of a box's pixels that count, 0..1.</summary>
    public float ShareOf(in BoundingBox box)
    {
        int left = (int)MathF.Floor(box.Left * _size.Width), right = (int)MathF.Ceiling((box.Left + box.Width) * _size.Width);
        int top = (int)MathF.Floor(box.Top * _size.Height), bottom = (int)MathF.Ceiling((box.Top + box.Height) * _size.Height);
        (left, right) = (Math.Clamp(left, 0, _size.Width - 1), Math.Clamp(right, 1, _size.Width));
        (top, bottom) = (Math.Clamp(top, 0, _size.Height - 1), Math.Clamp(bottom, 1, _size.Height));
        return left < right && top < bottom ? (float)Count(left, top, right, bottom) / ((right - left) * (bottom - top)) : 0;
    }

    /// <summary>The pixels of the network's picture that do not count.</summary>
    public ReadOnlySpan<PixelRun> Outside(in InputGeometry geometry)
    {
        if (!_outside.TryGetValue(geometry, out PixelRun[]? runs))
            _outside[geometry] = runs = RunsOutside(geometry);
        return runs;
    }

    public void Dispose()
    {
        _inside.Dispose();
        _sums.Dispose();
        mask?.Dispose();
    }

    /// <summary>Draws 1 where a pixel counts, 0 where it does not.</summary>
    private void Draw(int width, int height)
    {
        _inside.Create(height, width, MatType.CV_8UC1);
        _inside.SetTo(Scalar.All(options.Regions.Count > 0 ? 0 : 1));
        foreach (RegionOptions region in options.Regions)
        {
            Tile bounds = TileGrid.Pixels(region, width, height);
            using Mat drawing = _inside[new Rect(bounds.Left, bounds.Top, bounds.Width, bounds.Height)];
            if (region.Points.Count > 0)
            {
                // The corners stay within the region's bounds, which the tiles cover: OpenCV also fills the pixels along the edge.
                Point[] corners =
                [
                    .. region.Points.Select(point => new Point(Place(point.X, width, bounds.Left), Place(point.Y, height, bounds.Top))),
                ];
                Cv2.FillPoly(drawing, [corners], Scalar.All(1), LineTypes.Link8, Shift);
            }
            else
            {
                drawing.SetTo(Scalar.All(1));
            }
        }
        if (mask is null)
            return;
        using Mat counts = new();
        Cv2.Resize(mask, counts, new Size(width, height), 0, 0, InterpolationFlags.Linear);
        Cv2.Threshold(counts, counts, 127, 1, ThresholdTypes.Binary);
        Cv2.BitwiseAnd(_inside, counts, _inside);
    }

    /// <summary>
    /// The pixel at a share of a side, from a pixel on: shares are measured from the pixels' edges, OpenCV's coordinates from their
    /// centres.
    /// </summary>
    private static int Place(double share, int side, int from) => (int)Math.Round((share * side - 0.5 - from) * (1 << Shift));

    /// <summary>How many pixels count between edges.</summary>
    private int Count(int left, int top, int right, int bottom)
    {
        int* above = (int*)_sums.Ptr(top), below = (int*)_sums.Ptr(bottom);
        return below[right] - below[left] - above[right] + above[left];
    }

    private PixelRun[] RunsOutside(in InputGeometry geometry)
    {
        using Mat crop = _inside[new Rect(geometry.CropLeft, geometry.CropTop, geometry.CropWidth, geometry.CropHeight)];
        using Mat resized = new();
        ScaledWindow window = geometry.Window ?? new ScaledWindow(geometry.InputWidth, geometry.InputHeight, 0, 0);
        // A pixel that counts in part is left as it is.
        Cv2.Resize(crop * 255, resized, new Size(window.Width, window.Height), 0, 0, InterpolationFlags.Area);
        // Padding is left as it is.
        using Mat seen = new(geometry.InputHeight, geometry.InputWidth, MatType.CV_8UC1, Scalar.All(255));
        Tile filled = geometry.Filled;
        using (Mat from = resized[new Rect(window.Left + filled.Left, window.Top + filled.Top, filled.Width, filled.Height)])
        using (Mat to = seen[new Rect(filled.Left, filled.Top, filled.Width, filled.Height)])
            from.CopyTo(to);
        List<PixelRun> runs = [];
        byte* pixels = seen.DataPointer;
        int count = geometry.InputWidth * geometry.InputHeight;
        for (int from = 0; from < count; from++)
        {
            if (pixels[from] > 0)
                continue;
            int first = from;
            while (from < count && pixels[from] == 0)
                from++;
            runs.Add(new PixelRun(first, from - first));
        }
        return [.. runs];
    }
}
