using System.CommandLine;
using System.Globalization;
using EdgeInspector.Inference.Tiling;

namespace EdgeInspector.Commands;

/// <summary><c>--tile 480x480</c>: the tiles of a command that has no settings file.</summary>
internal static class TileOption
{
    public static Option<TilingOptions> Create()
    {
        var option = new Option<TilingOptions>("--tile")
        {
            Description = "Inspects in overlapping tiles of so many pixels of the picture, such as 480x480; default: the whole picture at once.",
            HelpName = "WxH",
            CustomParser = result =>
            {
                string[] sides = result.Tokens[0].Value.Split('x', 'X');
                if (sides is [{ } width, { } height] && Side(width) is { } w && Side(height) is { } h)
                    return new TilingOptions { Width = w, Height = h };
                result.AddError($"--tile: '{result.Tokens[0].Value}' is no size of a tile; write width and height in pixels, 16 to 16384 each, such as 480x480.");
                return null;
            },
        };
        return option;
    }

    private static int? Side(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int side) && side is >= 16 and <= 16_384 ? side : null;
}
