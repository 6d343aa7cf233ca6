using EdgeInspector.Inference.Preprocessing;

namespace EdgeInspector.Inference.Recognising;

/// <summary>
/// Metadata of an export that this version does not use: the user is told, since such metadata may be why results differ.
/// </summary>
internal static class UnusedMetadata
{
    // Each key with the values that need no note; keys that are read elsewhere are not listed.
    private static readonly (string Key, string[] Usual)[] Keys =
    [
        ("Image.ColorSpaceGamma", ["SRGB"]),
        ("CustomVision.Postprocess.Method", ["ClassificationMultiClass", "ClassificationMultiLabel", "Yolo"]),
        ("CustomVision.Preprocess.MinDimension", ["0"]),
        ("CustomVision.Preprocess.MaxDimension", ["0"]),
        ("CustomVision.Preprocess.MinScale", ["0", "0.0"]),
        ("CustomVision.Preprocess.MaxScale", ["0", "0.0"]),
    ];

    /// <summary>A sentence for each unused value.</summary>
    public static IEnumerable<string> Of(ModelPackage package)
    {
        foreach ((string key, string[] usual) in Keys)
        {
            if (!package.Network.Metadata.TryGetValue(key, out string? said) && !package.Metadata.TryGetValue(key, out said))
                continue;
            if (said.Trim() is "" or "null" || usual.Contains(said.Trim(), StringComparer.OrdinalIgnoreCase))
                continue;
            yield return $"The package says {key} = '{PreprocessingPlan.Shorten(said)}', which this version does not use. "
                + "'EdgeInspector models prove' shows with labelled pictures whether results suffer from it.";
        }
    }
}
