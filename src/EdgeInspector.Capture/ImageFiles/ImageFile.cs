using System.Buffers.Binary;
using System.Globalization;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using OpenCvSharp;

namespace EdgeInspector.Capture.ImageFiles;

/// <summary>
/// Reads image files that may come from anywhere: JPEG, PNG, BMP, TIFF and WebP, recognised by their content. Size and pixel count are
/// judged before anything is decoded; a broken file is an outcome, not an exception.
/// </summary>
public static class ImageFile
{
    /// <summary>The message for a file that its writer has locked.</summary>
    internal const string InUse = "Another program is writing the file and lets nobody read it.";

    // Windows' ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION, Linux' EWOULDBLOCK.
    private const int SharingViolation = unchecked((int)0x80070020), LockViolation = unchecked((int)0x80070021), WouldBlock = 11;

    /// <summary>Whether the name ends like that of an image that can be read.</summary>
    public static bool HasImageExtension(ReadOnlySpan<char> path) => PictureFiles.HasEnding(path);

    /// <summary>
    /// Reads one image file into a frame of 8-bit BGR, upright by its EXIF orientation; the frame is not stamped. Where the file holds
    /// several pictures (a TIFF of several pages, a JPEG of a stereo camera), each gets a frame, and the further ones hang on the first as
    /// <see cref="Frame.NextPage"/>.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="pool">Where the frames are rented.</param>
    /// <param name="limits">The largest file and picture; null for the defaults.</param>
    /// <param name="bitDepth">How many bits the values of 16-bit pictures use, 9 to 16; null: what the file says, and a picture that may be
    /// dark by mistake is refused.</param>
    /// <returns>The frame, owned by the caller, or the problem as a sentence.</returns>
    public static ImageReading Read(string path, FramePool pool, ImageLimits? limits = null, int? bitDepth = null)
    {
        limits ??= new ImageLimits();
        return ReadBytes(path, limits, out string? problem) is { } bytes
            ? Read(bytes, pool, limits, bitDepth)
            : new ImageReading(null, problem);
    }

    /// <summary>Reads an image file that is in memory, as the other overload reads a file from disk.</summary>
    /// <param name="bytes">The file; unchanged afterwards.</param>
    /// <param name="pool">Where the frames are rented.</param>
    /// <param name="limits">The largest picture.</param>
    /// <param name="bitDepth">How many bits the values of 16-bit pictures use, 9 to 16; null: what the file says.</param>
    public static ImageReading Read(byte[] bytes, FramePool pool, ImageLimits limits, int? bitDepth = null)
    {
        using ImageDecoding decoding = Decode(bytes, limits, bitDepth);
        Frame? first = null, last = null;
        foreach (Mat image in decoding.Pages)
        {
            Frame frame = pool.Rent(image.Width, image.Height);
            FramePixels.Copy(image, frame);
            first ??= frame;
            last?.Append(frame);
            last = frame;
        }
        return new ImageReading(first, decoding.Problem);
    }

    /// <summary>Writes a frame as a picture file, in the format that the name's end says.</summary>
    /// <exception cref="IOException">The file could not be written.</exception>
    public static void Write(Frame frame, string path)
    {
        using Mat image = Mat.FromPixelData(frame.Height, frame.Width, MatType.CV_8UC3, frame.Data, frame.Stride);
        if (!Cv2.ImWrite(path, image))
            throw new IOException($"The picture '{path}' could not be written.");
    }

    /// <summary>The bytes of a file that may be an image; null with the problem as a sentence.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">The largest file.</param>
    /// <param name="problem">The sentence.</param>
    /// <param name="share">What others may do with the file meanwhile.</param>
    internal static byte[]? ReadBytes(
        string path, ImageLimits limits, out string? problem, FileShare share = FileShare.ReadWrite | FileShare.Delete)
    {
        problem = null;
        try
        {
            // Opening a pipe waits until somebody writes into the pipe, and reading a device may never end. Neither has a length.
            var named = new FileInfo(path);
            if ((named.ResolveLinkTarget(returnFinalTarget: true) ?? named) is FileInfo { Exists: true, Length: 0 })
            {
                problem = "The file is empty, or no file but a pipe or a device.";
                return null;
            }
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, share);
            if (file.Length <= limits.MaxBytes)
            {
                byte[] bytes = new byte[file.Length];
                file.ReadExactly(bytes);
                return bytes;
            }
            problem = $"The file has {Megabytes(file.Length)}; at most {Megabytes(limits.MaxBytes)} are read.";
        }
        catch (FileNotFoundException)
        {
            problem = FileFacts.IsOutOfReach(path)
                ? "The file's name is no valid UTF-8, so that it can't be opened. Have the program that writes it name it in UTF-8."
                : "There is no such file.";
        }
        catch (DirectoryNotFoundException)
        {
            problem = "There is no such folder.";
        }
        catch (EndOfStreamException)
        {
            problem = "The file became shorter while it was read.";
        }
        catch (UnauthorizedAccessException)
        {
            problem = Directory.Exists(path) ? "This is a folder, not a file." : "The file may not be read; check its permissions.";
        }
        catch (IOException fault) when (fault.HResult is SharingViolation or LockViolation or WouldBlock)
        {
            problem = InUse;
        }
        catch (Exception fault) when (fault is IOException or NotSupportedException or ArgumentException)
        {
            problem = $"The file could not be read: {fault.Message}";
        }
        return null;
    }

    /// <summary>Decodes the bytes of an image file.</summary>
    /// <param name="file">The file; unchanged afterwards.</param>
    /// <param name="limits">The most pixels, of all pages together.</param>
    /// <param name="bitDepth">As in <see cref="Read(string, FramePool, ImageLimits?, int?)"/>.</param>
    internal static ImageDecoding Decode(byte[] file, ImageLimits limits, int? bitDepth = null)
    {
        if (Judge(file, limits, out IReadOnlyList<ImagePage> pages) is { } problem)
            return ImageDecoding.Refused(problem);
        DecodingLimits.Impose();
        NativeMessages.Silence();
        List<Mat> images = [];
        foreach (ImagePage page in pages)
        {
            Mat? image = Decode(file, page, bitDepth, out problem);
            if (image is not null)
            {
                images.Add(image);
                continue;
            }
            foreach (Mat before in images)
                before.Dispose();
            return ImageDecoding.Refused(pages.Count == 1 ? problem! : $"Page {images.Count + 1} of {pages.Count}: {problem}");
        }
        return ImageDecoding.Of(images);
    }

    /// <summary>
    /// Whether the bytes hold an image that proves its own end: JPEG, PNG and WebP, where the end was found and nothing before it looks
    /// like a part of the file that nobody has written yet. BMP and TIFF say their length first and may be empty inside, so they prove
    /// nothing.
    /// </summary>
    internal static bool ProvesItsEnd(ReadOnlySpan<byte> file) => ImageHeaderReader.Read(file, out _) switch
    {
        { IsComplete: true, Kind: PictureFormat.Jpeg or PictureFormat.Png } => !HasHole(file, 4096),
        // A WebP file has its length at the beginning, and no mark at the end of the file.
        { IsComplete: true, Kind: PictureFormat.WebP } => !HasHole(file, 256),
        _ => false,
    };

    /// <summary>
    /// Parts of a file that were never written are read as zeros; compressed pictures rarely have so many zeros in a row.
    /// </summary>
    private static bool HasHole(ReadOnlySpan<byte> file, int block)
    {
        for (; !file.IsEmpty; file = file[Math.Min(block, file.Length)..])
        {
            if (file[..Math.Min(block, file.Length)].IndexOfAnyExcept((byte)0) < 0)
                return true;
        }
        return false;
    }

    /// <summary>Why the file must not be decoded, as a sentence.</summary>
    private static string? Judge(ReadOnlySpan<byte> file, ImageLimits limits, out IReadOnlyList<ImagePage> pages)
    {
        pages = [];
        if (file.IsEmpty)
            return "The file is empty.";
        if (ImageHeaderReader.Read(file, out PictureFormat? kind) is not { } header)
        {
            return kind is null
                ? "The file is not a JPEG, PNG, BMP, TIFF or WebP image."
                : NotRead(kind.Value, limits)
                    ?? $"The file begins like a {PictureFormats.NameOf(kind.Value)} image, but its head is broken or cut off.";
        }
        if ((NotRead(header.Kind, limits) ?? header.Oddity ?? TooLarge(header, limits)) is { } obstacle)
            return obstacle;
        if (!header.IsComplete)
            return CutOff(header.Kind);
        if (header.IsAnimation)
        {
            return $"The {PictureFormats.NameOf(header.Kind)} file is an animation, of which only the first picture could be looked at. "
                + "Save its pictures as files of their own, or as the pages of one TIFF file.";
        }
        pages = ImagePages.Find(file, header);
        if (pages.Count > ImagePages.Most)
            return $"The file holds more than {ImagePages.Most} pictures. Save them as several files.";
        long pixels = 0;
        foreach (ImagePage page in pages)
        {
            if (!page.Header.IsComplete)
                return CutOff(header.Kind);
            if ((page.Header.Oddity ?? TooLarge(page.Header, limits)) is { } obstacleOfPage)
                return obstacleOfPage;
            pixels += page.Header.Pixels;
        }
        return pixels <= limits.MaxPixels
            ? null
            : string.Create(CultureInfo.InvariantCulture,
                $"The {pages.Count} pictures in the file have {pixels / 1e6:0.###} megapixels together; "
                + $"at most {limits.MaxPixels / 1e6:0.###} are read. Save them as several files.");
    }

    private static string? NotRead(PictureFormat format, ImageLimits limits) => limits.Formats.Contains(format)
        ? null
        : $"The file is a {PictureFormats.NameOf(format)} image, and Formats does not name {format}: {string.Join(", ", limits.Formats)} "
            + $"are read. Add {format} to Formats (of the camera or of Golden; for inspect --formats), or save the picture as PNG.";

    private static string? TooLarge(in ImageHeader header, ImageLimits limits) =>
        header.Pixels <= limits.MaxPixels
            ? header.Memory is var bytes && bytes >= 0 && bytes <= limits.MaxMemory
                ? null
                : $"The image takes more than {Megabytes(limits.MaxMemory)} of memory to decode. "
                    + "Save it in smaller strips or tiles, or scale it down."
            : string.Create(CultureInfo.InvariantCulture,
                $"The image has {header.Width:N0}x{header.Height:N0} pixels; "
                + $"at most {limits.MaxPixels / 1e6:0.###} megapixels are read. Scale it down.");

    private static string CutOff(PictureFormat kind) =>
        $"The {PictureFormats.NameOf(kind)} image is cut off: the file ends before the picture does.";

    private static Mat? Decode(byte[] file, in ImagePage page, int? bitDepth, out string? problem)
    {
        problem = null;
        Mat? image = null;
        try
        {
            // Without AnyDepth 16 bits would lose their lower half, and 10, 12 and 14 bits would lose more.
            image = DecodePage(file, page, ImreadModes.Color | ImreadModes.AnyDepth);
            if (!image.Empty() && !HasSizeOf(page.Header, image))
            {
                image.Dispose();
                problem = ContradictoryHead.Of(page.Header.Kind);
                return null;
            }
            if (image.Depth() == MatType.CV_8U && !image.Empty())
                return image;
            if (image.Depth() == MatType.CV_16U && !image.Empty())
            {
                using Mat deep = image;
                return SampleDepth.ToEightBits(deep, page.Header.Depth, bitDepth, out problem);
            }
        }
        catch (OpenCVException)
        {
            // OpenCV throws for some broken files and returns nothing for others; OpenCV's messages are about its own source code.
        }
        image?.Dispose();
        problem = $"The {PictureFormats.NameOf(page.Header.Kind)} image could not be decoded: its content is broken or of an unusual form.";
        return null;
    }

    // The decoder may have turned the picture by the camera's orientation, which the file tells.
    private static bool HasSizeOf(in ImageHeader header, Mat image) =>
        (image.Width == header.Width && image.Height == header.Height) || (image.Width == header.Height && image.Height == header.Width);

    private static Mat DecodePage(byte[] file, in ImagePage page, ImreadModes modes)
    {
        if (page.Header.Kind == PictureFormat.Jpeg)
            return Cv2.ImDecode(file.AsSpan(page.Start, page.End - page.Start), modes);
        if (page.Header.Kind != PictureFormat.Tiff)
            return Cv2.ImDecode(file, modes);
        // The decoder reads the page to which the file's head points.
        Span<byte> pointer = file.AsSpan(4, 4);
        uint first = BinaryPrimitives.ReadUInt32LittleEndian(pointer);
        try
        {
            if (file[0] == (byte)'I')
                BinaryPrimitives.WriteInt32LittleEndian(pointer, page.Start);
            else
                BinaryPrimitives.WriteInt32BigEndian(pointer, page.Start);
            return Cv2.ImDecode(file, modes);
        }
        finally
        {
            BinaryPrimitives.WriteUInt32LittleEndian(pointer, first);
        }
    }

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:#,0.##} MB");
}
