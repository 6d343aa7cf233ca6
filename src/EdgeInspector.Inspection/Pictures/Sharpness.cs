using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EdgeInspector.Inspection.Frames;

namespace EdgeInspector.Inspection.Pictures;

/// <summary>
/// How sharp a picture is: how far the deviation of the picture's Laplacian along the rows (Pech-Pacheco et al., "Diatom autofocusing in
/// brightfield microscopy", 2000) exceeds the deviation that noise explains. Taken of the green channel, over neighbours two pixels away.
/// </summary>
/// <remarks>
/// Looks at the rows that <see cref="PictureSample"/> has just read, and at up to 192 points of each. Noise has a Laplacian too, so that a
/// noisy picture without any edge would not count as blurred. For normal noise the mean square is π/2 times the square of the mean; for
/// edges, which are few and strong, it is far more. What exceeds π/2 comes from edges. Measured on the simulated line, whose sharpness is
/// 7.1 ± 0.4 that way: 3.5 for a blur of one pixel, 0.6 for one of three.
/// </remarks>
internal static class Sharpness
{
    private const int MostPoints = 192;
    private const int Reach = 2 * 3;

    /// <summary>The sharpness of a picture in grey levels, 0 or more; 0 for a picture that is too narrow.</summary>
    public static double Of(Frame picture)
    {
        if (picture.Width <= 4)
            return 0;
        int step = Math.Max(1, (picture.Width - 4) / MostPoints);
        int right = picture.Stride - Reach;
        ReadOnlySpan<byte> pixels = picture.Pixels;
        long sum = 0, strength = 0, squares = 0, count = 0;
        for (int row = 0; row < PictureSample.SampledRows; row++)
        {
            ref byte line = ref MemoryMarshal.GetReference(
                pixels.Slice(PictureSample.RowAt(row, picture.Height) * picture.Stride, picture.Stride));
            int rowSum = 0, rowStrength = 0, rowSquares = 0;
            // Each row begins at another column: otherwise an upright edge would lie beside the points of all rows, or on those of all
            // rows.
            for (int x = Reach + 1 + 3 * (row % step); x < right; x += 3 * step, count++)
            {
                int edge = 2 * Unsafe.Add(ref line, x) - Unsafe.Add(ref line, x - Reach) - Unsafe.Add(ref line, x + Reach);
                rowSum += edge;
                // The absolute value without a branch: the sign can't be predicted, and a wrong prediction costs three times as much.
                int sign = edge >> 31;
                rowStrength += (edge ^ sign) - sign;
                rowSquares += edge * edge;
            }
            (sum, strength, squares) = (sum + rowSum, strength + rowStrength, squares + rowSquares);
        }
        double mean = (double)sum / count, noise = (double)strength / count;
        return Math.Sqrt(Math.Max(0, (double)squares / count - mean * mean - Math.PI / 2 * noise * noise));
    }
}
