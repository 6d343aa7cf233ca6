using System.CommandLine;
using System.Globalization;
using EdgeInspector.Hosting.Packages;
using EdgeInspector.Inference;
using EdgeInspector.Inspecting;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Verdicts;
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
        var command = new Command("inspect", "Gives verdicts on image files. Exit code 0: all were inspected; 1: "
            + "some images or folders could not be read; 2: nothing could be done.");
        var arguments = new InspectArguments(command);
        command.SetAction((parsed, stop) => Task.Run(() => Run(arguments.Read(parsed), stop), stop));
        return command;
    }

    private static int Run(InspectRequest asked, CancellationToken stop)
    {
        IReadOnlyList<FoundPicture> files = ImageFiles.Find(asked.Paths);
        using OnnxGeneration generation = ModelFromPath.Load(asked.Model, NullLoggerFactory.Instance, "--model", out _);
        RuleSet rules = RuleSet.Create(asked.Rules, generation.Model, out IReadOnlyList<string> problems)
            ?? throw new RefusedException(problems);
        using var inspector = new ImageInspector(generation, rules, asked.MinimumProbability, asked.BitDepth, asked.Formats);

        IAnsiConsole messages = Terminal.Messages;
        messages.WriteLine($"Inspecting {files.Count} image{(files.Count == 1 ? "" : "s")} with {generation.Model.Name} "
            + $"({generation.Model.Kind}, {generation.Model.Provider}).");
        List<InspectedImage> images = ProgressBar.Run(messages, "inspecting", files, inspector.Inspect, image =>
        {
            if (asked.AsJson)
                Console.Out.WriteLine(image.ToJson());
        }, stop);
        if (!asked.AsJson)
        {
            // In a file or a pipe, a long name must not be broken over two lines.
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
