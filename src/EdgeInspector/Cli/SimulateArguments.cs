using System.CommandLine;
using System.CommandLine.Parsing;
using EdgeInspector.Cli.Arguments;
using EdgeInspector.SimulatedLine;

namespace EdgeInspector.Cli;

/// <summary>The arguments of <c>simulate</c> as values.</summary>
/// <param name="Folder">Where to write to.</param>
/// <param name="DataSet">What to write.</param>
internal sealed record SimulateRequest(string Folder, DataSetOptions DataSet);

/// <summary>The arguments of <c>simulate</c>.</summary>
internal sealed class SimulateArguments
{
    private readonly Option<DirectoryInfo> _folder = new("--out", "-o")
    {
        Description = "The folder to write to; created when absent.",
        Required = true,
        HelpName = "DIR",
    };

    private readonly Option<int> _count = new Option<int>("--count", "-n")
    {
        Description = "How many parts.",
        Required = true,
        HelpName = "N",
    }.Between(1, 1_000_000);

    private readonly Option<int> _seed = new Option<int>("--seed")
    {
        Description = "Which line they come from; equal seeds give equal parts.",
        DefaultValueFactory = _ => 1,
        HelpName = "S",
    }.MustBe("0 or more", seed => seed >= 0);

    private readonly Option<DataSetFormat> _format = new("--format")
    {
        Description = "jpg (quality 95) or png.",
        DefaultValueFactory = _ => DataSetFormat.Jpg,
        HelpName = "jpg|png",
    };

    private readonly Option<double> _ok = FractionOption.Create(
        "--share-ok", "Share of good parts; the defects share the rest.", 1 / 3.0);

    private readonly Option<SensorSize> _size = new("--size")
    {
        Description = "The pictures' size, such as 1920x1200; the part is drawn in its pixels and fills it.",
        DefaultValueFactory = _ => SensorSize.Default,
        HelpName = "WxH",
        CustomParser = Size,
    };

    private readonly Option<string[]> _defects = new("--defects")
    {
        Description = "The defects that there are, such as scratch; default: all four.",
        DefaultValueFactory = _ => [.. PartTags.Defects],
        AllowMultipleArgumentsPerToken = true,
        HelpName = "TAG…",
    };

    private readonly Option<int?> _scratchWidth = new Option<int?>("--scratch-width")
    {
        Description = "Width of every scratch in pixels of the picture, 1 to 3: 1 for hairlines; default: 1 to 3 by chance.",
        HelpName = "PIXELS",
    }.MustBe("1, 2 or 3 pixels", width => width is null or (>= 1 and <= 3));

    public SimulateArguments(Command command)
    {
        _defects.AcceptOnlyFromAmong([.. PartTags.Defects]);
        foreach (Option option in new Option[] { _folder, _count, _seed, _format, _ok, _size, _defects, _scratchWidth })
            command.Options.Add(option);
    }

    public SimulateRequest Read(ParseResult parsed) => new(
        parsed.GetValue(_folder)!.FullName,
        new DataSetOptions
        {
            Count = parsed.GetValue(_count),
            Seed = parsed.GetValue(_seed),
            Format = parsed.GetValue(_format),
            ShareOk = parsed.GetValue(_ok),
            Sensor = parsed.GetValue(_size),
            Defects = [.. parsed.GetValue(_defects)!.Distinct()],
            ScratchWidth = parsed.GetValue(_scratchWidth),
        });

    private static SensorSize Size(ArgumentResult result)
    {
        if (PixelSize.Parse(result.Tokens[0].Value) is { } pixels
            && new SensorSize(pixels.Width, pixels.Height) is { IsPossible: true } sensor)
            return sensor;
        result.AddError($"--size: '{result.Tokens[0].Value}' is no size of a picture; write width and height in pixels, "
            + "640x480 to 8192x8192, such as 1920x1200.");
        return default;
    }
}
