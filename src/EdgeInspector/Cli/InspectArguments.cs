using System.CommandLine;
using EdgeInspector.Cli.Arguments;
using EdgeInspector.Demo;
using EdgeInspector.Inference.Tiling;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.ModelStore.Switching;

namespace EdgeInspector.Cli;

/// <summary>The arguments of <c>inspect</c> as values.</summary>
/// <param name="Paths">Images and folders.</param>
/// <param name="Model">The model, and where on the picture the model looks.</param>
/// <param name="AsJson">True: JSON lines and nothing else.</param>
/// <param name="MinimumProbability">Predictions below this are left out.</param>
/// <param name="Rules">How predictions become verdicts.</param>
/// <param name="BitDepth">How many bits the values of 16-bit pictures use; null: what each file says.</param>
/// <param name="Formats">The formats that are read; null: the usual ones.</param>
internal sealed record InspectRequest(
    string[] Paths,
    StationModelOptions Model,
    bool AsJson,
    double MinimumProbability,
    RuleOptions Rules,
    int? BitDepth,
    PictureFormat[]? Formats);

/// <summary>The arguments of <c>inspect</c>.</summary>
internal sealed class InspectArguments
{
    private readonly Argument<string[]> _paths = new("PATH")
    {
        Description = "Image files, or folders with images in and below them.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _model = new("--model", "-m")
    {
        Description = "The model package: a folder, a zip or an .onnx file; default: the shipped classifier.",
        HelpName = "PACKAGE",
    };

    private readonly Option<bool> _json = new("--json")
    {
        Description = "One JSON object a line on standard output, and nothing else there.",
    };

    private readonly Option<double> _minimum = FractionOption.Create(
        "--min-probability", "Predictions below it are not told in the JSON.", 0.01);

    private readonly Option<double> _threshold = FractionOption.Create("--threshold", "Probability from which a tag counts.", 0.5);

    private readonly Option<string[]> _pass = new("--pass-tag")
    {
        Description = "A tag that speaks for the part; may be repeated. Default: ok, good, normal, pass and Negative.",
        HelpName = "TAG",
    };

    private readonly Option<int?> _bitDepth = new Option<int?>("--bit-depth")
    {
        Description = "How many bits the values of 16-bit images use: 10, 12, 14 or 16; default: what each file says.",
        HelpName = "BITS",
    }.Between(9, 16);

    private readonly Option<PictureFormat[]> _formats = new("--formats")
    {
        Description = "Formats of images that are read: Jpeg, Png, Bmp, Tiff, WebP; default: all but WebP.",
        HelpName = "FORMAT",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<TilingOptions> _tiles = TileOption.Create();

    public InspectArguments(Command command)
    {
        command.Arguments.Add(_paths);
        foreach (Option option in new Option[] { _model, _json, _minimum, _threshold, _pass, _bitDepth, _formats, _tiles })
            command.Options.Add(option);
    }

    /// <exception cref="RefusedException">The shipped models are asked for and not found.</exception>
    public InspectRequest Read(ParseResult parsed) => new(
        parsed.GetValue(_paths)!,
        new StationModelOptions
        {
            Model = parsed.GetValue(_model) ?? Path.Combine(ShippedModels.Folder(null), "part-classifier"),
            Tiling = parsed.GetValue(_tiles) ?? new TilingOptions(),
        },
        parsed.GetValue(_json),
        parsed.GetValue(_minimum),
        new RuleOptions
        {
            Threshold = parsed.GetValue(_threshold),
            PassTags = parsed.GetValue(_pass) is { Length: > 0 } tags ? tags : null,
        },
        parsed.GetValue(_bitDepth),
        parsed.GetValue(_formats) is { Length: > 0 } named ? named : null);
}
