namespace EdgeInspector.Inspection.Frames.Around;

/// <summary>Makes a small copy of a frame, for people to look at: each pixel of the copy is the mean of four pixels of the frame.</summary>
internal static class SmallFrame
{
    /// <summary>The size of a copy whose longer side is <paramref name="side"/>; never larger than the picture.</summary>
    public static (int Width, int Height) SizeOf(in FrameView picture, int side)
    {
        int longer = Math.Max(picture.Width, picture.Height);
        if (longer <= side)
            return (picture.Width, picture.Height);
        return (Scaled(picture.Width), Scaled(picture.Height));

        int Scaled(int length) => Math.Max(1, (int)((long)length * side / longer));
    }

    /// <summary>Fills <paramref name="small"/>, whose size is that of <see cref="SizeOf"/>, with the picture as BGR.</summary>
    public static void Make(in FrameView picture, Frame small)
    {
        int channels = picture.Channels, green = channels == 1 ? 0 : 1, red = channels == 1 ? 0 : 2;
        Span<int> columns = stackalloc int[2 * small.Width];
        for (int x = 0; x < small.Width; x++)
        {
            (int left, int right) = Pair(x, picture.Width, small.Width);
            (columns[2 * x], columns[(2 * x) + 1]) = (left * channels, right * channels);
        }
        Span<byte> to = small.Writable;
        int at = 0;
        for (int y = 0; y < small.Height; y++)
        {
            (int top, int bottom) = Pair(y, picture.Height, small.Height);
            ReadOnlySpan<byte> upper = picture.Row(top), lower = picture.Row(bottom);
            for (int x = 0; x < columns.Length; x += 2)
            {
                (int left, int right) = (columns[x], columns[x + 1]);
                to[at] = Mean(upper[left], upper[right], lower[left], lower[right]);
                to[at + 1] = Mean(upper[left + green], upper[right + green], lower[left + green], lower[right + green]);
                to[at + 2] = Mean(upper[left + red], upper[right + red], lower[left + red], lower[right + red]);
                at += 3;
            }
        }
    }

    private static byte Mean(byte a, byte b, byte c, byte d) => (byte)((a + b + c + d + 2) >> 2);

    // The two middle ones of the pixels that a small pixel covers; twice the same pixel where a small pixel covers only one.
    private static (int, int) Pair(int small, int from, int to)
    {
        int first = (int)((long)small * from / to), next = (int)((long)(small + 1) * from / to);
        int middle = (first + next - 1) / 2;
        return (middle, Math.Min(middle + 1, Math.Max(first, next - 1)));
    }
}
