using EdgeInspector.Inspection.Frames;

namespace EdgeInspector.Inspection.Pictures;

/// <summary>What is wrong with the pictures of parts.</summary>
internal enum PictureFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>No light, or something before the lens.</summary>
    Black,

    /// <summary>Too much light.</summary>
    White,

    /// <summary>Far less sharp than it was.</summary>
    OutOfFocus,
}

/// <summary>
/// Watches whether the pictures of parts go black, white or out of focus. Looks only at pictures that were inspected, since only those show the same kind
/// of scene: an empty conveyor has no detail, and between two flashes all is dark. Not thread-safe; runs on the station's thread, after the signal.
/// </summary>
/// <remarks>
/// Looks at 16 bands of rows. Sharpness is the variance of the Laplacian (Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy", 2000) of
/// the green channel, over neighbours two pixels away, and is compared with its median over the first good parts.
/// </remarks>
internal sealed class PictureQuality(PictureOptions options)
{
    private const int Bands = 16;
    private const int Reach = 2;

    private readonly double[] _learnt = new double[options.LearnFrom];
    private int _known;
    private double _reference;
    private PictureFault _candidate;
    private int _inRow;

    /// <summary>What is wrong, after as many parts in a row said so.</summary>
    public PictureFault Fault { get; private set; }

    /// <summary>Looks at the picture of one part; true when <see cref="Fault"/> changed.</summary>
    public bool Look(Frame frame)
    {
        PictureFault seen = Judge(frame);
        if (seen == Fault)
        {
            _inRow = 0;
            return false;
        }
        _inRow = seen == _candidate ? _inRow + 1 : 1;
        _candidate = seen;
        if (_inRow < options.Parts)
            return false;
        _inRow = 0;
        Fault = seen;
        return true;
    }

    private PictureFault Judge(Frame frame)
    {
        (double brightness, double sharpness) = Measure(frame);
        if (brightness < options.Dark)
            return PictureFault.Black;
        if (brightness > options.Bright && options.Bright < 1)
            return PictureFault.White;
        if (options.Sharpness == 0)
            return PictureFault.None;
        if (_known < _learnt.Length)
        {
            _learnt[_known++] = sharpness;
            if (_known == _learnt.Length)
            {
                Array.Sort(_learnt);
                _reference = _learnt[_known / 2];
            }
            return PictureFault.None;
        }
        return sharpness < options.Sharpness * _reference ? PictureFault.OutOfFocus : PictureFault.None;
    }

    /// <summary>Mean of the green channel as a share of full brightness, and the variance of its Laplacian.</summary>
    internal static (double Brightness, double Sharpness) Measure(Frame frame)
    {
        if (frame.Width <= 2 * Reach || frame.Height <= 2 * Reach)
            return (0.5, 0);
        ReadOnlySpan<byte> pixels = frame.Pixels;
        int stride = frame.Stride, left = Reach * 3 + 1, right = stride - Reach * 3, reach = Reach * 3;
        long sum = 0, laplace = 0, squares = 0, count = 0;
        for (int band = 0; band < Bands; band++)
        {
            int row = Reach + (int)((long)(frame.Height - 1 - 2 * Reach) * band / (Bands - 1));
            ReadOnlySpan<byte> line = pixels.Slice(row * stride, stride);
            ReadOnlySpan<byte> above = pixels.Slice((row - Reach) * stride, stride);
            ReadOnlySpan<byte> below = pixels.Slice((row + Reach) * stride, stride);
            for (int x = left; x < right; x += 6)
            {
                int value = line[x];
                int edge = 4 * value - line[x - reach] - line[x + reach] - above[x] - below[x];
                sum += value;
                laplace += edge;
                squares += edge * edge;
                count++;
            }
        }
        double mean = (double)laplace / count;
        return (sum / (255.0 * count), (double)squares / count - mean * mean);
    }
}
