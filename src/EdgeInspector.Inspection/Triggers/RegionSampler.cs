using System.Numerics;
using System.Runtime.InteropServices;
using EdgeInspector.Inspection.Frames;

namespace EdgeInspector.Inspection.Triggers;

/// <summary>
/// Takes the brightness of a region on a grid of 64 × 64 points, so that the cost does not grow with the camera, and pictures of different
/// resolutions can be compared. Not thread-safe; runs on the capture thread.
/// </summary>
/// <param name="options">The region.</param>
internal sealed class RegionSampler(PresenceOptions options)
{
    private const int GridSide = 64;

    /// <summary>Points of a sample; a multiple of every vector's length.</summary>
    private const int Points = GridSide * GridSide;

    // A sample is the sum of blue, green and red.
    private const float FullBrightness = 3 * 255f;

    private (int Width, int Height, int Channels) _size;
    private readonly int[] _columns = new int[GridSide];
    private readonly int[] _rows = new int[GridSide];
    private readonly float[] _sample = new float[Points];

    /// <summary>The sample taken last.</summary>
    public ReadOnlySpan<float> Last => _sample;

    /// <summary>The brightness at each point of the grid, row by row, 0..765. The next call overwrites it.</summary>
    public ReadOnlySpan<float> Take(in FrameView picture)
    {
        if (_size != (picture.Width, picture.Height, picture.Channels))
            LayGrid(picture);
        Span<float> sample = _sample;
        int at = 0;
        foreach (int row in _rows)
        {
            ReadOnlySpan<byte> line = picture.Row(row);
            if (picture.Channels == 1)
            {
                foreach (int column in _columns)
                    sample[at++] = 3 * line[column];
            }
            else
            {
                foreach (int column in _columns)
                {
                    ReadOnlySpan<byte> pixel = line.Slice(column, 3);
                    sample[at++] = pixel[0] + pixel[1] + pixel[2];
                }
            }
        }
        return sample;
    }

    /// <summary>Mean absolute difference as a share of full brightness, 0..1.</summary>
    public static float Difference(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        ReadOnlySpan<Vector<float>> ones = MemoryMarshal.Cast<float, Vector<float>>(one),
            others = MemoryMarshal.Cast<float, Vector<float>>(other);
        Vector<float> sums = Vector<float>.Zero;
        for (int i = 0; i < ones.Length; i++)
            sums += Vector.Abs(ones[i] - others[i]);
        return Vector.Sum(sums) / (Points * FullBrightness);
    }

    private void LayGrid(in FrameView picture)
    {
        _size = (picture.Width, picture.Height, picture.Channels);
        Spread(_columns, options.Left, options.Width, picture.Width, picture.Channels);
        Spread(_rows, options.Top, options.Height, picture.Height, 1);
    }

    /// <summary>
    /// Spreads the points over a stretch of one side; where the stretch has fewer pixels than points, some points fall together.
    /// </summary>
    private static void Spread(int[] points, double begin, double length, int pixels, int step)
    {
        int count = Math.Clamp((int)(length * pixels), 1, pixels);
        int first = Math.Min((int)(begin * pixels), pixels - count);
        for (int i = 0; i < points.Length; i++)
            points[i] = (first + (int)((long)i * count / points.Length)) * step;
    }
}
