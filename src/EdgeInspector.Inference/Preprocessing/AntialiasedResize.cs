using System.Runtime.Intrinsics;

namespace EdgeInspector.Inference.Preprocessing;

/// <summary>
/// Bilinear resize. When it shrinks a picture, each new pixel is the average of the pixels that it covers, weighted by a triangle over
/// twice its width, as Pillow's BILINEAR does (src/libImaging/Resample.c) and torchvision with it. OpenCV has no such resize. Made for one
/// geometry; keeps its memory. One caller at a time.
/// </summary>
internal sealed unsafe class AntialiasedResize
{
    private readonly int _width;
    private readonly Taps[] _columns;
    private readonly Taps[] _rows;

    // The columns of the crop that count, and one row of them, summed up.
    private readonly int _first;
    private readonly float[] _row;

    /// <param name="geometry">Which crop is brought to which size, and which part of the result counts.</param>
    public AntialiasedResize(in InputGeometry geometry)
    {
        ScaledWindow window = geometry.Window ?? new ScaledWindow(geometry.InputWidth, geometry.InputHeight, 0, 0);
        Tiling.Tile filled = geometry.Filled;
        _width = geometry.InputWidth;
        _columns = TapsOf(window.Left + filled.Left, filled.Width, window.Width, geometry.CropWidth);
        _rows = TapsOf(window.Top + filled.Top, filled.Height, window.Height, geometry.CropHeight);
        _first = _columns[0].From;
        _row = new float[3 * (_columns[^1].From + _columns[^1].Weights.Length - _first)];
    }

    /// <summary>Resizes.</summary>
    /// <param name="crop">First pixel of the crop: 8-bit BGR.</param>
    /// <param name="stride">Bytes from one of its rows to the next.</param>
    /// <param name="to">The first pixel of the part of the network's picture that shows the frame: 8-bit BGR.</param>
    public void Run(byte* crop, int stride, byte* to)
    {
        foreach (Taps row in _rows)
        {
            Array.Clear(_row);
            for (int i = 0; i < row.Weights.Length; i++)
                Add(crop + ((nint)(row.From + i) * stride) + (3 * _first), row.Weights[i]);
            byte* pixel = to;
            foreach (Taps column in _columns)
            {
                WritePixel(column, pixel);
                pixel += 3;
            }
            to += 3 * _width;
        }
    }

    /// <summary>Adds a row of the crop, weighted, to the sums.</summary>
    private void Add(byte* pixels, float weight)
    {
        int length = _row.Length, i = 0;
        fixed (float* sums = _row)
        {
            Vector256<float> weights = Vector256.Create(weight);
            for (; i <= length - 16; i += 16)
            {
                (Vector256<uint> low, Vector256<uint> high) = Vector256.Widen(
                    Vector256.WidenLower(Vector128.Load(pixels + i).ToVector256Unsafe()));
                (Vector256.ConvertToSingle(low.AsInt32()) * weights + Vector256.Load(sums + i)).Store(sums + i);
                (Vector256.ConvertToSingle(high.AsInt32()) * weights + Vector256.Load(sums + i + 8)).Store(sums + i + 8);
            }
            for (; i < length; i++)
                sums[i] += pixels[i] * weight;
        }
    }

    private void WritePixel(in Taps column, byte* pixel)
    {
        float blue = 0.5f, green = 0.5f, red = 0.5f;
        ReadOnlySpan<float> sums = _row.AsSpan(3 * (column.From - _first));
        for (int i = 0; i < column.Weights.Length; i++)
        {
            float weight = column.Weights[i];
            blue += weight * sums[3 * i];
            green += weight * sums[(3 * i) + 1];
            red += weight * sums[(3 * i) + 2];
        }
        (pixel[0], pixel[1], pixel[2]) = ((byte)Math.Min(blue, 255f), (byte)Math.Min(green, 255f), (byte)Math.Min(red, 255f));
    }

    private static Taps[] TapsOf(int from, int count, int scaled, int size)
    {
        double scale = (double)size / scaled, reach = Math.Max(scale, 1);
        var taps = new Taps[count];
        for (int i = 0; i < count; i++)
        {
            double centre = (from + i + 0.5) * scale;
            int first = Math.Max(0, (int)(centre - reach + 0.5)), end = Math.Min(size, (int)(centre + reach + 0.5));
            double[] weights =
            [
                .. Enumerable.Range(first, end - first).Select(pixel => Math.Max(0, 1 - (Math.Abs(pixel - centre + 0.5) / reach))),
            ];
            double sum = weights.Sum();
            taps[i] = new Taps(first, [.. weights.Select(weight => (float)(weight / sum))]);
        }
        return taps;
    }

    /// <summary>The pixels of which a new pixel is made: the first of them, and their weights, which add up to 1.</summary>
    private readonly record struct Taps(int From, float[] Weights);
}
