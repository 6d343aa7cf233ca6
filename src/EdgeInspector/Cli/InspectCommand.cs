using System.CommandLine;
using System.Globalization;
using EdgeInspector.Cli.Arguments;
using EdgeInspector.Demo;
using EdgeInspector.Hosting.Packages;
using EdgeInspector.Inference;
using EdgeInspector.Inference.Tiling;
using EdgeInspector.Inspecting;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.ModelStore.Switching;
using EdgeInspector.Printing;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;

namespace EdgeInspector.Cli;

/// <summary><c>inspect</c>: verdicts for image files or folders, without a camera and a broker.</summary>
internal static class InspectCommand
{
    private const int RedirectedWidth = 200;

    public static Command Create()
    {
        var paths = new Argument<string[]>("PATH")
        {
            Description = "Image files, or folders with images in and below them.",
            Arity = ArgumentArity.OneOrMore,
        };
        var model = new Option<string?>("--model", "-m")
        {
            Description = "The model package: a folder, a zip or an .onnx file; default: the shipped classifier.",
            HelpName = "PACKAGE",
        };
        var json = new Option<bool>("--json") { Description = "One JSON object a line on standard output, and nothing else there." };
        Option<double> minimum = FractionOption.Create("--min-probability", "Predictions below it are not told in the JSON.", 0.01);
        Option<double> threshold = FractionOption.Create("--threshold", "Probability from which a tag counts.", 0.5);
        var pass = new Option<string[]>("--pass-tag")
        {
            Description = "A tag that speaks for the part; may be repeated. Default: ok, good, normal, pass and Negative.",
            HelpName = "TAG",
        };
        Option<int?> bitDepth = BitDepth();
        var formats = new Option<PictureFormat[]>("--formats")
        {
            Description = "Formats of images that are read: Jpeg, Png, Bmp, Tiff, WebP; default: all but WebP.",
            HelpName = "FORMAT",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<TilingOptions> tiles = TileOption.Create();
        var command = new Command("inspect", "Gives verdicts on image files. Exit code 0: all were inspected; 1: "
            + "some images or folders could not be read; 2: nothing could be done.")
        {
            paths, model, json, minimum, threshold, pass, bitDepth, formats, tiles,
        };
        command.SetAction((parsed, stop) => Task.Run(
            () => Run(
                parsed.GetValue(paths)!,
                new StationModelOptions
                {
                    Model = parsed.GetValue(model) ?? Path.Combine(ShippedModels.Folder(null), "part-classifier"),
                    Tiling = parsed.GetValue(tiles) ?? new TilingOptions(),
                },
                parsed.GetValue(json),
                parsed.GetValue(minimum),
                new RuleOptions
                {
                    Threshold = parsed.GetValue(threshold),
                    PassTags = parsed.GetValue(pass) is { Length: > 0 } tags ? tags : null,
                },
                parsed.GetValue(bitDepth),
                parsed.GetValue(formats) is { Length: > 0 } named ? named : null,
                stop),
            stop));
        return command;
    }

    private static Option<int?> BitDepth()
    {
        var option = new Option<int?>("--bit-depth")
        {
            Description = "How many bits the values of 16-bit images use: 10, 12, 14 or 16; default: what each file says.",
            HelpName = "BITS",
        };
        option.Validators.Add(result =>
        {
            if (result.GetValue(option) is < 9 or > 16)
                result.AddError("--bit-depth must be between 9 and 16.");
        });
        return option;
    }

    private static int Run(
        string[] paths, StationModelOptions model, bool json, double minimum, RuleOptions options, int? bitDepth, PictureFormat[]? formats,
        CancellationToken stop)
    {
        IReadOnlyList<FoundPicture> files = ImageFiles.Find(paths);
        using OnnxGeneration generation = ModelFromPath.Load(model, NullLoggerFactory.Instance, "--model", out _);
        RuleSet rules = RuleSet.Create(options, generation.Model, out IReadOnlyList<string> problems)
            ?? throw new RefusedException(problems);
        using var inspector = new ImageInspector(generation, rules, minimum, bitDepth, formats);

        IAnsiConsole messages = Terminal.Messages;
        messages.WriteLine($"Inspecting {files.Count} image{(files.Count == 1 ? "" : "s")} with {generation.Model.Name} "
            + $"({generation.Model.Kind}, {generation.Model.Provider}).");
        List<InspectedImage> images = ProgressBar.Run(messages, "inspecting", files, inspector.Inspect, image =>
        {
            if (json)
                Console.Out.WriteLine(image.ToJson());
        }, stop);
        if (!json)
        {
            // Written to a file or a pipe, a long name must not be broken over two lines.
            if (Console.IsOutputRedirected)
                Terminal.Results.Profile.Width = RedirectedWidth;
            Terminal.Results.Write(Table(images));
        }
        messages.WriteLine(Summary(images));
        return images.Any(image => image.Error is not null) ? ExitCode.Failed : ExitCode.Done;
    }

    private static Table Table(List<InspectedImage> images)
    {
        Table table = new Table().Border(TableBorder.Rounded)
            .AddColumn("image").AddColumn("verdict").AddColumn("why").AddColumn(new TableColumn("ms").RightAligned());
        foreach (InspectedImage image in images)
        {
            table.AddRow(
                Terminal.Cell(image.Image),
                Terminal.Cell(image.Verdict is { } verdict ? verdict.Word() : "error", new Style(Colour(image.Verdict))),
                Terminal.Cell(image.Error ?? image.Reason ?? Best(image)),
                Terminal.Cell(image.LatencyMs?.ToString("0.0", CultureInfo.InvariantCulture) ?? ""));
        }
        return table;
    }

    private static string Best(InspectedImage image) => image.Predictions is [{ } best, ..]
        ? string.Create(CultureInfo.InvariantCulture, $"{best.TagName} {best.Probability:0.00}")
        : "nothing found";

    private static Color Colour(VerdictKind? verdict) => verdict switch
    {
        VerdictKind.Pass => Color.Green,
        VerdictKind.Reject => Color.Red,
        _ => Color.Yellow,
    };

    private static string Summary(List<InspectedImage> images)
    {
        int Count(VerdictKind kind) => images.Count(image => image.Verdict == kind);
        int errors = images.Count(image => image.Error is not null);
        return $"{images.Count} images: {Count(VerdictKind.Pass)} pass, {Count(VerdictKind.Reject)} reject, "
            + $"{Count(VerdictKind.Review)} review" + (errors > 0 ? $", {errors} could not be inspected." : ".");
    }
}
