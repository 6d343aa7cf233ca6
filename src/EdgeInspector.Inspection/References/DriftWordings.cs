using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Inspection.References;

/// <summary>How pictures drift away from the reference.</summary>
internal static class DriftWordings
{
    private const string CameraAndGuides = "Check the camera's mounting and the guides.";

    public static readonly Wording Moved = new(StationReferences.DriftComponent, "moved", "{measures}");

    public static readonly Wording MovedOfType = new(
        StationReferences.DriftComponent, "movedOfType", "Parts of type '{type}': {measures}");

    public static readonly Wording Brightness = Measure(
        "brightness", "the brightness", "0.000", "", "Check the light and the exposure.");

    public static readonly Wording Contrast = Measure("contrast", "the contrast", "0.000", "", "Check the light and the lens.");

    public static readonly Wording Sharpness = Measure(
        "sharpness", "the sharpness", "0.0", "", "Check the focus, the lens and its distance.");

    public static readonly Wording Right = Measure(
        "right", "the shift to the right", "0.0", " pixels", "Check the camera's mounting and where parts stop.");

    public static readonly Wording Down = Measure("down", "the shift down", "0.0", " pixels", CameraAndGuides);

    public static readonly Wording Turn = Measure("turn", "the turn", "0.00", " degrees", CameraAndGuides);

    public static readonly Wording Different = Measure(
        "different", "what looks different", "0.000", "", "Check the lens, the belt and the parts.");

    /// <summary>How fast; where that is not known yet, nothing stands in its place.</summary>
    public static readonly Wording Trend = new("trend", "perHour", ", {change:+0.####;-0.####;0} per hour", isPiece: true);

    private static Wording Measure(string code, string what, string format, string unit, string advice) => new(
        "measures", code,
        $"The pictures drift: {what} was {{reference:{format}}}{unit} at the reference and is {{now:{format}}}{unit} now{{trend}}; "
        + $"the limit is {{limit:{format}}}. {advice}",
        isPiece: true);
}
