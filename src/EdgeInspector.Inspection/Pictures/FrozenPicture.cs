using EdgeInspector.Inspection.Frames;

namespace EdgeInspector.Inspection.Pictures;

/// <summary>
/// Notices a camera that repeats one picture under new sequence numbers. Compares short runs of pixels from all over the picture, 12 KB, byte by byte: the
/// noise of a true sensor makes even one run differ. Not thread-safe; runs on the capture thread.
/// </summary>
/// <param name="repeats">So many repetitions in a row make it frozen; at least 1.</param>
/// <remarks>
/// A picture of one colour, such as between two flashes, is never a repetition: it can't be told from a frozen one, and shows no part anyway.
/// </remarks>
internal sealed class FrozenPicture(int repeats)
{
    private const int Runs = 256;
    private const int RunBytes = 48;

    private byte[] _sample = [];
    private int _count;

    /// <summary>True from the repetition on that makes the picture frozen until one differs.</summary>
    public bool Shows(in FrameView picture)
    {
        int rowBytes = picture.Width * picture.Channels;
        int run = Math.Min(RunBytes, rowBytes);
        long step = ((long)rowBytes * picture.Height - run) / (Runs - 1);
        bool same = _sample.Length == Runs * run;
        if (!same)
            _sample = new byte[Runs * run];
        for (int i = 0; i < Runs; i++)
        {
            (long row, long at) = Math.DivRem(i * step, rowBytes);
            ReadOnlySpan<byte> now = picture.Row((int)row).Slice((int)Math.Min(at, rowBytes - run), run);
            Span<byte> before = _sample.AsSpan(i * run, run);
            if (same && now.SequenceEqual(before))
                continue;
            same = false;
            now.CopyTo(before);
        }
        _count = same && _sample.AsSpan().ContainsAnyExcept(_sample[0]) ? Math.Min(_count + 1, repeats) : 0;
        return _count >= repeats;
    }
}
