using EdgeInspector.Inspection.Pictures;

namespace EdgeInspector.Capture.ImageFiles;

/// <summary>
/// What is said of a file whose head tells something twice: one program takes the first for true, another the last, and a decoder may
/// allocate by the one that nobody checked.
/// </summary>
internal static class TwoSizes
{
    // Made once, so that a head is read without allocating.
    private static readonly string[] Sentences = [.. Enum.GetValues<PictureFormat>().Select(format =>
        $"The head of the {PictureFormats.NameOf(format)} image tells its size or form twice, as no camera does. "
        + "Do not trust this file; save the picture anew with another program.")];

    /// <summary>The sentence for one format.</summary>
    public static string Of(PictureFormat format) => Sentences[(int)format];
}
