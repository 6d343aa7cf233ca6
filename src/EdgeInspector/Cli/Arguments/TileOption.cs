using System.CommandLine;
using EdgeInspector.Inference.Tiling;

namespace EdgeInspector.Cli.Arguments;

/// <summary><c>--tile 480x480</c>: the tiles of a command that has no settings file.</summary>
internal static class TileOption
{
    public static Option<TilingOptions> Create()
    {
        var option = new Option<TilingOptions>("--tile")
        {
            Description = "Inspects in overlapping tiles of so many pixels of the picture, such as 480x480; default: "
                + "the whole picture at once.",
            HelpName = "WxH",
            CustomParser = result =>
            {
                if (PixelSize.Parse(result.Tokens[0].Value) is { Width: >= 16 and <= 16_384, Height: >= 16 and <= 16_384 } size)
                    return new TilingOptions { Width = size.Width, Height = size.Height };
                result.AddError($"--tile: '{result.Tokens[0].Value}' is no size of a tile; write width and height in pixels, "
                    + "16 to 16384 each, such as 480x480.");
                return null;
            },
        };
        return option;
    }
}
