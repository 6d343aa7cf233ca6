using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Inspection.Storms;

/// <summary>What the pictures say of a storm of rejects.</summary>
internal static class PictureWordings
{
    private const string Figures =
        "brightness {brightness:0.00} after {brightnessBefore:0.00}, sharpness {sharpness:0.0} after {sharpnessBefore:0.0}";

    public static readonly Wording Unknown = New(
        "unknown", "Too few parts have passed since the start to say whether parts or pictures changed.");

    public static readonly Wording LightChanged = New(
        "light", $"The pictures changed ({Figures}): look at lamp and exposure first, and at what may cover the lens.");

    public static readonly Wording SharpnessChanged = New(
        "sharpness", $"The pictures changed ({Figures}): look at lens and focus first, and at what may cover the lens.");

    public static readonly Wording Same = New(
        "same",
        $"The pictures are as bright and sharp as before ({Figures}), so that probably the parts changed. "
        + "Look at what is done to them before this station, and at the lens.");

    private static Wording New(string code, string words) => new("pictures", code, words, isPiece: true);
}
