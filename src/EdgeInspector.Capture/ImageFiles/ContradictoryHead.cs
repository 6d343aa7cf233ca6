using EdgeInspector.Inspection.Pictures;

namespace EdgeInspector.Capture.ImageFiles;

/// <summary>
/// The message for a file whose head says something twice: some programs use the first value, others the last, and a decoder may allocate
/// by a value that nobody checked.
/// </summary>
internal static class ContradictoryHead
{
    // Made once, so that a head is read without allocating.
    private static readonly string[] Sentences = [.. Enum.GetValues<PictureFormat>().Select(format =>
        $"The head of the {PictureFormats.NameOf(format)} image tells its size or form twice, as no camera does. "
        + "Do not trust this file; save the picture anew with another program.")];

    /// <summary>The sentence for one format.</summary>
    public static string Of(PictureFormat format) => Sentences[(int)format];
}
