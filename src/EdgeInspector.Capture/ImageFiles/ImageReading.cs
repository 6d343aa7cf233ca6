using EdgeInspector.Inspection.Frames;
using OpenCvSharp;

namespace EdgeInspector.Capture.ImageFiles;

/// <summary>The outcome of reading an image into a frame: the frame, or a sentence that says why there is none.</summary>
/// <param name="Frame">
/// The picture with one reference, owned by the caller and not stamped yet; further pages of the file hang on this frame. Null when the
/// file could not be read.
/// </param>
/// <param name="Problem">What is wrong with the file and how to mend it, without the file's path; null when the file was read.</param>
public readonly record struct ImageReading(Frame? Frame, string? Problem);

/// <summary>The outcome of decoding an image file: its pages, or the problem. Owns the pages.</summary>
internal sealed class ImageDecoding : IDisposable
{
    private ImageDecoding(IReadOnlyList<Mat> pages, string? problem) => (Pages, Problem) = (pages, problem);

    /// <summary>The pages as 8-bit BGR, in the order of the file; empty when the file could not be read.</summary>
    public IReadOnlyList<Mat> Pages { get; }

    /// <summary>The first page; null when the file could not be read.</summary>
    public Mat? Image => Pages.Count > 0 ? Pages[0] : null;

    /// <summary>What is wrong with the file; null when the file was read.</summary>
    public string? Problem { get; }

    public static ImageDecoding Of(IReadOnlyList<Mat> pages) => new(pages, null);

    public static ImageDecoding Refused(string problem) => new([], problem);

    public void Dispose()
    {
        foreach (Mat page in Pages)
            page.Dispose();
    }
}
