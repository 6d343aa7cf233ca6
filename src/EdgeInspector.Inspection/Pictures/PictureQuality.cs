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

    /// <summary>Far less sharp than before.</summary>
    OutOfFocus,
}

/// <summary>
/// Watches whether the pictures of parts go black, white or out of focus. Looks only at pictures that were inspected, since only pictures
/// of parts show the same kind of scene: an empty conveyor has no detail, and between two flashes every picture is dark. Not thread-safe;
/// runs on the station's thread, after the signal.
/// </summary>
/// <remarks>
/// The gate has measured the picture before the verdict; the gate's measures serve here too. <see cref="Sharpness"/> is compared with its
/// median over the first good parts.
/// </remarks>
internal sealed class PictureQuality(PictureOptions options)
{
    private readonly double[] _learnt = new double[options.LearnFrom];
    private int _known;
    private double _reference;
    private PictureFault _candidate;
    private int _inRow;

    /// <summary>The fault, once enough parts in a row have shown it.</summary>
    public PictureFault Fault { get; private set; }

    /// <summary>Looks at the picture of one part; true when <see cref="Fault"/> changed.</summary>
    /// <param name="frame">The picture.</param>
    /// <param name="gate">The gate, which has measured the picture or measures it now.</param>
    public bool Measure(Frame frame, PictureGate gate)
    {
        PictureFault seen = Judge(frame, gate);
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

    private PictureFault Judge(Frame frame, PictureGate gate)
    {
        double brightness = options is { Dark: 0, Bright: 1 } ? 0.5 : gate.SampleOf(frame).Brightness;
        if (brightness < options.Dark)
            return PictureFault.Black;
        if (brightness > options.Bright && options.Bright < 1)
            return PictureFault.White;
        if (options.Sharpness == 0)
            return PictureFault.None;
        double sharpness = gate.SharpnessOf(frame);
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
}
