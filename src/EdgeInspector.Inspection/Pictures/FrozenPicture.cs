using EdgeInspector.Inspection.Frames;

namespace EdgeInspector.Inspection.Pictures;

/// <summary>
/// Notices a camera that repeats one picture under new sequence numbers. Compares short runs of pixels from all over the picture, 12 KB,
/// byte by byte: the noise of a true sensor makes even one run differ. Not thread-safe; runs on the capture thread.
/// </summary>
/// <param name="repeats">So many repetitions in a row make a picture frozen; at least 1.</param>
/// <remarks>
/// A picture of one colour, such as between two flashes, is never a repetition: such a picture can't be told from a frozen one, and shows
/// no part anyway. Once frozen, a picture must change visibly somewhere, or stay in motion everywhere: a network camera whose sensor has
/// stopped sends a whole picture every second or so, which shows the same scene compressed a little differently.
/// </remarks>
internal sealed class FrozenPicture(int repeats)
{
    private const int Runs = 256;
    private const int RunBytes = 48;

    // A run has visibly changed when its mean difference is above this, in levels of 255. Two renderings of one scene by an encoder
    // differed by up to 1.2.
    private const int Moved = 6;

    // An encoder's whole picture and its refinement make two or three pictures that differ everywhere; a sensor's noise makes more.
    private const int InMotion = 5;

    private byte[] _sample = [];
    private byte[] _frozen = [];
    private int _repeated;
    private int _inMotion;

    /// <summary>True from the repetition that makes the picture frozen until the picture changes.</summary>
    public bool Shows(in FrameView picture)
    {
        int changed = Take(picture);
        if (_repeated < repeats)
        {
            _repeated = changed == 0 && _sample.AsSpan().ContainsAnyExcept(_sample[0]) ? _repeated + 1 : 0;
            _inMotion = 0;
            if (_repeated == repeats)
                _sample.CopyTo(_frozen, 0);
            return _repeated == repeats;
        }
        _inMotion = changed > Runs / 2 ? _inMotion + 1 : 0;
        if (_inMotion == InMotion || HasMoved())
            _repeated = 0;
        return _repeated == repeats;
    }

    /// <summary>Takes the sample of a picture, and returns how many of its runs differ from those of the picture before.</summary>
    private int Take(in FrameView picture)
    {
        int rowBytes = picture.Width * picture.Channels;
        int run = Math.Min(RunBytes, rowBytes);
        long step = ((long)rowBytes * picture.Height - run) / (Runs - 1);
        if (_sample.Length != Runs * run)
            (_sample, _frozen, _repeated) = (new byte[Runs * run], new byte[Runs * run], 0);
        int changed = 0;
        for (int i = 0; i < Runs; i++)
        {
            (long row, long at) = Math.DivRem(i * step, rowBytes);
            ReadOnlySpan<byte> now = picture.Row((int)row).Slice((int)Math.Min(at, rowBytes - run), run);
            Span<byte> before = _sample.AsSpan(i * run, run);
            if (now.SequenceEqual(before))
                continue;
            changed++;
            now.CopyTo(before);
        }
        return changed;
    }

    /// <summary>True when somewhere the picture is visibly another than the frozen one.</summary>
    private bool HasMoved()
    {
        int run = _sample.Length / Runs;
        for (int from = 0; from < _sample.Length; from += run)
        {
            int difference = 0;
            for (int i = from; i < from + run; i++)
                difference += Math.Abs(_sample[i] - _frozen[i]);
            if (difference > Moved * run)
                return true;
        }
        return false;
    }
}
