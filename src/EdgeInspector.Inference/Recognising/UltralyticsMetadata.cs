using System.Globalization;

namespace EdgeInspector.Inference.Recognising;

/// <summary>
/// What Ultralytics writes into the properties of an ONNX file (ultralytics/engine/exporter.py); the tags in <c>names</c> are read with the
/// package.
/// </summary>
/// <param name="Task"><c>detect</c>, <c>segment</c>, <c>classify</c>, <c>pose</c>, <c>obb</c>; empty in files of YOLOv5.</param>
/// <param name="IsEndToEnd">
/// True when the network suppresses overlapping boxes by itself, false when the metadata say that it does not, null when they do not say.
/// </param>
/// <param name="ImageSize">
/// The longer side of the pictures for which the network was exported, pixels; null when the metadata do not say.
/// </param>
internal sealed record UltralyticsMetadata(string Task, bool? IsEndToEnd, int? ImageSize)
{
    /// <summary>The layout of the network's boxes where their shape does not tell; null for other tasks.</summary>
    public OutputLayout? Layout => Task switch
    {
        "detect" or "segment" => IsEndToEnd == true ? OutputLayout.YoloEndToEnd : OutputLayout.YoloV8,
        "" => OutputLayout.YoloV5,
        _ => null,
    };

    /// <summary>What the properties say; null when Ultralytics did not write them.</summary>
    public static UltralyticsMetadata? Of(IReadOnlyDictionary<string, string> properties)
    {
        if (!properties.ContainsKey("names") || !properties.ContainsKey("stride"))
            return null;
        int[] size = [.. (NumberList(properties.GetValueOrDefault("imgsz")) ?? []).Where(side => side is >= 32 and <= 4096)];
        return new UltralyticsMetadata(
            properties.GetValueOrDefault("task", "").Trim().ToLowerInvariant(),
            // For suppression that the exporter appended to a network, only the arguments tell.
            properties.GetValueOrDefault("args", "").Contains("'nms': True", StringComparison.Ordinal)
                ? true
                : Truth(properties.GetValueOrDefault("end2end")),
            size.Length > 0 ? size.Max() : null);
    }

    private static bool? Truth(string? text) => text?.Trim().ToUpperInvariant() switch { "TRUE" => true, "FALSE" => false, _ => null };

    private static IEnumerable<int>? NumberList(string? text) => text?.Trim('[', ']', '(', ')', ' ').Split(',')
        .Select(part => int.TryParse(part, NumberStyles.Integer, CultureInfo.InvariantCulture, out int side) ? side : 0);
}
