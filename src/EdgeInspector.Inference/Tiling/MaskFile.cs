using EdgeInspector.Foundation.Files;
using EdgeInspector.Inspection.Pictures;
using OpenCvSharp;

namespace EdgeInspector.Inference.Tiling;

/// <summary>Reads the picture that says which pixels of a frame count.</summary>
internal static class MaskFile
{
    private const int MostBytes = 64 << 20;

    /// <summary>The picture's brightness, one channel of 8 bits, owned by the caller; or null with the problem.</summary>
    /// <param name="path">The file.</param>
    /// <param name="setting">Which setting names it, for messages.</param>
    /// <param name="problem">Why the file can't be used, in a sentence.</param>
    public static Mat? Read(string path, string setting, out string problem)
    {
        problem = "";
        try
        {
            if (new FileInfo(path) is not { Exists: true } file)
                problem = $"{setting}: there is no file '{path}'; relative paths start at the settings file.";
            else if (file.Length > MostBytes)
            {
                problem = $"{setting}: '{path}' has {file.Length / 1_000_000} MB; a mask may have at most {MostBytes / 1_000_000}. "
                    + "Save it as PNG with grey levels.";
            }
            else
                return Decoded(path, setting, File.ReadAllBytes(path), out problem);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            problem = $"{setting}: '{path}' cannot be read: {fault.Message}";
        }
        return null;
    }

    private static Mat? Decoded(string path, string setting, byte[] bytes, out string problem)
    {
        problem = "";
        Mat? mask = null;
        try
        {
            // Other formats are refused, even if OpenCV has a decoder for them.
            if (PictureFormats.Of(bytes) is { } format && PictureFormats.Usual.Contains(format))
                mask = Cv2.ImDecode(bytes, ImreadModes.Grayscale);
        }
        catch (OpenCVException)
        {
            // The picture is too large for OpenCV, or damaged: the message below says so.
        }
        using Mat white = new();
        if (mask is { } picture && !picture.Empty())
        {
            Cv2.Threshold(picture, white, 127, 255, ThresholdTypes.Binary);
            if (Cv2.CountNonZero(white) > 0)
                return mask;
            problem = $"{setting}: '{path}' has no white pixel, so nothing would be inspected; "
                + "white is what counts, black is what does not.";
        }
        else
        {
            problem = $"{setting}: '{path}' is no picture that can be read; a PNG of black and white is expected.";
        }
        mask?.Dispose();
        return null;
    }
}
