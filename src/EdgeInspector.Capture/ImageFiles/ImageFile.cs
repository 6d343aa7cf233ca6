using System.Globalization;
using EdgeInspector.Inspection.Frames;
using OpenCvSharp;

namespace EdgeInspector.Capture.ImageFiles;

/// <summary>
/// Reads image files that may come from anywhere: JPEG, PNG, BMP, TIFF and WebP, recognised by their content. Size and pixel count are
/// judged before anything is decoded; a broken file is an outcome, not an exception.
/// </summary>
public static class ImageFile
{
    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp",
    };

    /// <summary>Whether the name ends like that of an image that can be read.</summary>
    public static bool HasImageExtension(string path) => Extensions.Contains(Path.GetExtension(path));

    /// <summary>Reads one image file into a frame of 8-bit BGR, upright by its EXIF orientation; the frame is not stamped.</summary>
    /// <param name="path">The file.</param>
    /// <param name="pool">Where the frame is rented.</param>
    /// <param name="limits">The largest file and picture; null for the defaults.</param>
    /// <returns>The frame, owned by the caller, or the problem as a sentence.</returns>
    public static ImageReading Read(string path, FramePool pool, ImageLimits? limits = null)
    {
        ImageDecoding decoding = Decode(path, limits ?? new ImageLimits());
        using Mat? image = decoding.Image;
        if (image is null)
            return new ImageReading(null, decoding.Problem);
        Frame frame = pool.Rent(image.Width, image.Height);
        FramePixels.Copy(image, frame);
        return new ImageReading(frame, null);
    }

    /// <summary>Writes a frame as a picture file, in the format that the name's end says.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public static void Write(Frame frame, string path)
    {
        using Mat image = Mat.FromPixelData(frame.Height, frame.Width, MatType.CV_8UC3, frame.Data, frame.Stride);
        if (!Cv2.ImWrite(path, image))
            throw new IOException($"The picture '{path}' could not be written.");
    }

    /// <summary>Reads one image file into a matrix of 8-bit BGR.</summary>
    internal static ImageDecoding Decode(string path, ImageLimits limits)
    {
        byte[] bytes;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > limits.MaxBytes)
                return Refuse($"The file has {Megabytes(file.Length)}; at most {Megabytes(limits.MaxBytes)} are read.");
            bytes = new byte[file.Length];
            file.ReadExactly(bytes);
        }
        catch (FileNotFoundException)
        {
            return Refuse("There is no such file.");
        }
        catch (DirectoryNotFoundException)
        {
            return Refuse("There is no such folder.");
        }
        catch (EndOfStreamException)
        {
            return Refuse("The file became shorter while it was read.");
        }
        catch (UnauthorizedAccessException)
        {
            return Refuse(Directory.Exists(path) ? "This is a folder, not a file." : "The file may not be read; check its permissions.");
        }
        catch (Exception fault) when (fault is IOException or NotSupportedException or ArgumentException)
        {
            return Refuse($"The file could not be read: {fault.Message}");
        }
        return Decode(bytes, limits);
    }

    /// <summary>Decodes the bytes of an image file.</summary>
    internal static ImageDecoding Decode(byte[] file, ImageLimits limits)
    {
        if (file.Length == 0)
            return Refuse("The file is empty.");
        if (ImageHeaderReader.Read(file, out ImageKind? kind) is not { } header)
        {
            return Refuse(kind is null
                ? "The file is not a JPEG, PNG, BMP, TIFF or WebP image."
                : $"The file begins like a {Name(kind.Value)} image, but its head is broken or cut off.");
        }
        if (ImageHeaderReader.SaturatingMultiply(header.Width, header.Height) > limits.MaxPixels)
        {
            return Refuse(string.Create(CultureInfo.InvariantCulture,
                $"The image has {header.Width:N0}x{header.Height:N0} pixels; at most {limits.MaxPixels / 1e6:0.###} megapixels are read. Scale it down."));
        }
        if (!header.IsComplete)
            return Refuse($"The {Name(header.Kind)} image is cut off: the file ends before the picture does.");
        NativeMessages.Silence();
        try
        {
            Mat image = Cv2.ImDecode(file, ImreadModes.Color);
            if (!image.Empty())
                return new ImageDecoding(image, null, true);
            image.Dispose();
        }
        catch (OpenCVException)
        {
            // OpenCV throws for some broken files and returns nothing for others; its words are about its source code.
        }
        return Refuse($"The {Name(header.Kind)} image could not be decoded: its content is broken or of an unusual form.", isComplete: true);
    }

    private static ImageDecoding Refuse(string problem, bool isComplete = false) => new(null, problem, isComplete);

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:#,0.##} MB");

    private static string Name(ImageKind kind) => kind switch
    {
        ImageKind.WebP => "WebP",
        _ => kind.ToString().ToUpperInvariant(),
    };
}
