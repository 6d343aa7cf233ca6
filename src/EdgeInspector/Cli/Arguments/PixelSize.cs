using System.Globalization;

namespace EdgeInspector.Cli.Arguments;

/// <summary><c>1920x1200</c> on the command line: width and height in pixels.</summary>
internal readonly record struct PixelSize(int Width, int Height)
{
    /// <summary>The size that a text names, or null when it names none.</summary>
    public static PixelSize? Parse(string text) =>
        text.Split('x', 'X') is [{ } width, { } height] && Side(width) is { } w && Side(height) is { } h ? new PixelSize(w, h) : null;

    private static int? Side(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int side) ? side : null;
}
