namespace EdgeInspector.Inspection.Pictures;

/// <summary>
/// The formats of picture files that can be read. Each format needs its own decoder, which is one more way in for an attacker.
/// </summary>
public enum PictureFormat
{
    /// <summary>JPEG, also several views in one file (MPO).</summary>
    Jpeg,

    /// <summary>PNG of 8 or 16 bits.</summary>
    Png,

    /// <summary>Windows bitmap.</summary>
    Bmp,

    /// <summary>TIFF of 8 or 16 bits, of one or several pages.</summary>
    Tiff,

    /// <summary>WebP.</summary>
    WebP,
}

/// <summary>Which formats of pictures there are, how their files begin, and which are read where nothing is set.</summary>
public static class PictureFormats
{
    /// <summary>
    /// The formats that cameras and their programs write. WebP comes from the web, so a station that needs WebP must name it in its
    /// settings.
    /// </summary>
    public static IReadOnlyList<PictureFormat> Usual { get; } =
        [PictureFormat.Jpeg, PictureFormat.Png, PictureFormat.Bmp, PictureFormat.Tiff];

    /// <summary>The format by a file's first bytes, whatever the file's name; null: none of these.</summary>
    /// <param name="file">The file, or its first 12 bytes.</param>
    public static PictureFormat? Of(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return PictureFormat.Jpeg;
        if (file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]))
            return PictureFormat.Png;
        if (file.StartsWith("BM"u8))
            return PictureFormat.Bmp;
        if (file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8))
            return PictureFormat.Tiff;
        if (file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8))
            return PictureFormat.WebP;
        return null;
    }

    /// <summary>The format's name as people write it.</summary>
    public static string NameOf(PictureFormat format) => format == PictureFormat.WebP ? "WebP" : format.ToString().ToUpperInvariant();
}
