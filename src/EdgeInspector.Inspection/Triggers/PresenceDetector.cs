using EdgeInspector.Inspection.Frames;

namespace EdgeInspector.Inspection.Triggers;

/// <summary>
/// Says when a part arrives, by the difference of one region from the empty conveyor. Works like a light barrier: put the region where the part's
/// leading edge is when the part lies right under the camera. Not thread-safe; runs on the capture thread.
/// </summary>
/// <remarks>
/// The region is sampled on a grid of at most 64 × 64 points, so the cost does not grow with the camera. While no part is there, the reference follows the
/// light slowly. Arrival needs <see cref="PresenceOptions.Difference"/>, departure half of it, so that noise at the edge does not count a part twice.
/// </remarks>
public sealed class PresenceDetector
{
    private const int GridSide = 64;

    // The share of a new empty frame in the reference: follows daylight in minutes, not a slowly arriving part.
    private const float FollowRate = 0.01f;

    private readonly PresenceOptions _options;
    private readonly TimeProvider _time;
    private float[]? _empty;
    private float[] _now = [];
    private bool _present;
    private long _since;

    /// <param name="options">Where to look.</param>
    /// <param name="time">The clock by which frames are stamped.</param>
    /// <param name="emptyConveyor">A picture of the empty conveyor, only read here; without one the first frame is taken to show it.</param>
    public PresenceDetector(PresenceOptions options, TimeProvider time, Frame? emptyConveyor = null)
    {
        _options = options;
        _time = time;
        if (emptyConveyor is not null)
            _empty = Sample(emptyConveyor, []);
    }

    /// <summary>True for the one frame in which a part arrives.</summary>
    public bool Arrives(Frame frame)
    {
        _now = Sample(frame, _now);
        if (_empty is null || _empty.Length != _now.Length)
        {
            Learn();
            return false;
        }

        float difference = MeanDifference(_now, _empty);
        if (!_present)
        {
            if (difference < _options.Difference)
            {
                Follow(_empty, _now);
                return false;
            }
            _present = true;
            _since = frame.CapturedAt;
            return true;
        }

        if (difference < _options.Difference / 2)
            _present = false;
        else if (_time.GetElapsedTime(_since, frame.CapturedAt) > _options.LongestStay)
            Learn();
        return false;
    }

    private void Learn()
    {
        _empty = [.. _now];
        _present = false;
    }

    private static void Follow(float[] empty, float[] now)
    {
        for (int i = 0; i < empty.Length; i++)
            empty[i] += FollowRate * (now[i] - empty[i]);
    }

    /// <summary>Mean absolute difference as a share of full brightness, 0..1.</summary>
    private static float MeanDifference(float[] a, float[] b)
    {
        float sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += Math.Abs(a[i] - b[i]);
        return sum / (a.Length * 255f);
    }

    /// <summary>Brightness (the mean of blue, green and red, 0..255) on the grid; reuses <paramref name="into"/> when its size fits.</summary>
    private float[] Sample(Frame frame, float[] into)
    {
        int left = (int)(_options.Left * frame.Width);
        int top = (int)(_options.Top * frame.Height);
        int width = Math.Clamp((int)(_options.Width * frame.Width), 1, frame.Width - Math.Min(left, frame.Width - 1));
        int height = Math.Clamp((int)(_options.Height * frame.Height), 1, frame.Height - Math.Min(top, frame.Height - 1));
        left = Math.Min(left, frame.Width - width);
        top = Math.Min(top, frame.Height - height);
        int columns = Math.Min(width, GridSide), rows = Math.Min(height, GridSide);
        float[] samples = into.Length == columns * rows ? into : new float[columns * rows];
        ReadOnlySpan<byte> pixels = frame.Pixels;
        for (int row = 0; row < rows; row++)
        {
            int line = (top + row * height / rows) * frame.Stride;
            for (int column = 0; column < columns; column++)
            {
                int at = line + (left + column * width / columns) * 3;
                samples[row * columns + column] = (pixels[at] + pixels[at + 1] + pixels[at + 2]) / 3f;
            }
        }
        return samples;
    }
}
