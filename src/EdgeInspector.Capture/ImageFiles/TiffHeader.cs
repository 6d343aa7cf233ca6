using System.Numerics;
using EdgeInspector.Inspection.Pictures;

namespace EdgeInspector.Capture.ImageFiles;

/// <summary>Size, depth and completeness of the pictures of a TIFF file (revision 6.0); BigTIFF is not read.</summary>
internal static class TiffHeader
{
    private const int MostDirectories = 1000, MostSamples = 4, MostBits = 16;

    private const string OtherSamples =
        "The TIFF image has more than 4 channels, more than 16 bits a value, or values that are no whole numbers from 0 on. "
        + "Save it with 8 or 16 bits, grey or in colours.";

    /// <summary>
    /// The first page's header, or null when the first directory is not within the file or lacks the sides.
    /// </summary>
    public static ImageHeader? Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < 8)
            return null;
        var tiff = new TiffReader(file);
        var directory = new TiffDirectory(tiff, tiff.FirstDirectory);
        return HeaderOf(in directory);
    }

    /// <summary>
    /// The pages of a file whose first page is well: all pictures of full size. Later pages that are not understood count too, as
    /// incomplete ones. At most one more than <see cref="ImagePages.Most"/>.
    /// </summary>
    public static IReadOnlyList<ImagePage> Pages(ReadOnlySpan<byte> file)
    {
        var tiff = new TiffReader(file);
        var pages = new List<ImagePage>();
        var seen = new HashSet<long>();
        ImagePage? smaller = null;
        long at = tiff.FirstDirectory;
        // The directories form a chain, which must not lead in a circle.
        while (at != 0 && seen.Add(at) && seen.Count <= MostDirectories && pages.Count <= ImagePages.Most)
        {
            var directory = new TiffDirectory(tiff, at);
            ImageHeader header = HeaderOf(in directory) ?? new ImageHeader(PictureFormat.Tiff, 1, 1, false);
            var page = new ImagePage(header, (int)Math.Min(at, int.MaxValue), file.Length);
            if (directory.IsFull)
                pages.Add(page);
            else
                smaller ??= page;
            at = directory.Next;
        }
        if (pages.Count == 0 && smaller is { } only)
            pages.Add(only);
        return pages;
    }

    /// <summary>Null when the directory lacks the sides.</summary>
    private static ImageHeader? HeaderOf(in TiffDirectory said)
    {
        if (said.Samples < 1 || said.Width < 1 || said.Height < 1)
            return null;
        bool areOther = said.Samples > MostSamples || said.Bits is < 1 or > MostBits || said.SampleForm != TiffDirectory.Unsigned;
        return new ImageHeader(
            PictureFormat.Tiff,
            said.Width,
            said.Height,
            said.HoldsAllParts(),
            Depth: Depth(said.Bits, said.Largest),
            IsDeep: said.Bits > 8,
            Beside: said.TileWidth > 0
                ? Beside(said.TileWidth, said.TileHeight, said.Bits, said.Samples)
                : Beside(
                    said.Width, said.RowsPerStrip < 1 ? said.Height : Math.Min(said.RowsPerStrip, said.Height), said.Bits, said.Samples),
            Oddity: said.IsContradictory ? ContradictoryHead.Of(PictureFormat.Tiff) : areOther ? OtherSamples : null);
    }

    /// <summary>
    /// How much memory a decoder needs for one strip or tile: whole tiles, also around a small picture; for values of 8 bits, four channels
    /// in between.
    /// </summary>
    private static long Beside(long width, long height, long bits, long samples) => ImageHeaderReader.SaturatingMultiply(
        ImageHeaderReader.SaturatingMultiply(width, Math.Max(height, 1)), bits > 8 ? 2 * samples : 4 + samples);

    /// <summary>
    /// How many bits the values use. By the specification the largest value is only the largest one in the picture; if that value is a
    /// whole number of bits full of ones, it is taken for the camera's range.
    /// </summary>
    private static SaidDepth Depth(long bits, long largest) =>
        bits is > 8 and < 16 ? new SaidDepth((int)bits, SampleStorage.Packed)
        : largest is > 255 and < 65535 && BitOperations.IsPow2(largest + 1) ? new SaidDepth(BitOperations.Log2((ulong)largest + 1))
        : default;
}
