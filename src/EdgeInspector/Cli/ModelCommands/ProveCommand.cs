using System.CommandLine;
using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.Cli.Arguments;
using EdgeInspector.Hosting.Packages;
using EdgeInspector.ModelStore.Packages;
using EdgeInspector.ModelStore.Proving;
using EdgeInspector.ModelStore.Trials;
using EdgeInspector.Printing;
using EdgeInspector.Reporting;
using EdgeInspector.Settings;
using Spectre.Console;

namespace EdgeInspector.Cli.ModelCommands;

/// <summary><c>models prove</c>: which reading of a package fits labelled pictures; changes nothing.</summary>
internal static class ProveCommand
{
    public const string Name = "prove";

    private const int DefaultLimit = 20;

    public static Command Create()
    {
        var path = new Argument<string>("PACKAGE") { Description = "A zip, a folder, or an .onnx file." };
        var images = new Option<DirectoryInfo>("--images")
        {
            Description = "A folder that holds a folder for each tag with some ten pictures in it; "
                + "'pass' for good parts where no tag says so. A station's golden images serve, too.",
            Required = true,
            HelpName = "DIR",
        };
        Option<string?> station = ModelsCommand.StationOption();
        station.Description = "Hold the readings against the one of this station, with its preprocessing, tiles and rules; without it, "
            + "against what the package says.";
        Option<int> limit = new Option<int>("--limit")
        {
            Description = "The most pictures of one folder; from larger ones they are taken from all over.",
            DefaultValueFactory = _ => DefaultLimit,
            HelpName = "N",
        }.Between(1, 100_000);
        var json = new Option<bool>("--json") { Description = "The result as JSON on standard output, and nothing else there." };
        var command = new Command(
            Name,
            "Finds out with labelled pictures how a package wants its pictures: colours, range, geometry, and what its numbers are. "
            + "Tries all usual readings beside the one in force and changes nothing. Exit code 0: "
            + "the reading in force fits as well as any; 1: another fits better by more than chance; 2: nothing could be found out.")
        {
            path, images, station, limit, json,
        };
        var arguments = new SettingsArguments(command, parsed => parsed.GetValue(station) is not null);
        command.SetAction((parsed, stop) => Task.FromResult(Run(
            Path.GetFullPath(parsed.GetValue(path)!), parsed.GetValue(images)!.FullName, parsed.GetValue(station), parsed.GetValue(limit),
            parsed.GetValue(json), () => SettingsFile.Load(arguments.File(parsed), SettingsArguments.Overrides(parsed)), stop)));
        return command;
    }

    private static int Run(string path, string folder, string? station, int limit, bool json, Func<SettingsFile> settings,
        CancellationToken stop)
    {
        var request = new TrialRequest { Package = path };
        if (station is not null)
        {
            var store = new StoreAccess(settings());
            request = AgentPackages.OptionsOf(station, store.Station(station).Settings, store.Options).Trial(null) with { Package = path };
        }
        ReadOutcome reading = ModelPackageReader.Read(path);
        if (reading.Package is not { } package)
            throw new RefusedException([.. reading.Problems]);
        PackageTruth truth = Prover.TruthOf(package, request,
            out IReadOnlyList<string> problems) ?? throw new RefusedException([.. problems]);
        var labelled = LabelledFolder.Read(folder, truth, limit);
        if (labelled.Problems.Count > 0)
            throw new RefusedException([.. labelled.Problems.Select(problem => $"--images: {problem}")]);

        IAnsiConsole messages = Terminal.Messages;
        foreach (string note in labelled.Notes)
            messages.WriteLine(note);
        int folders = labelled.Pictures.Select(picture => picture.Group).Distinct().Count();
        messages.WriteLine($"Proving {package.Name} with {labelled.Pictures.Count} pictures of {folders} folders.");
        Proof proof = WithBar(messages, step => new Prover(ReaderOf(request)).Run(package, request, truth, labelled.Pictures, step, stop));
        foreach ((LabelledPicture picture, string problem) in proof.Unreadable)
            messages.WriteLine($"{picture.Name} can't be read and is left out: {problem}");
        if (proof.Problems.Count > 0)
            throw new RefusedException([.. proof.Problems]);
        ProofReport.Write(package, proof, json);
        return proof.AnotherFitsBetter ? ExitCode.Failed : ExitCode.Done;
    }

    private static ReadPicture ReaderOf(TrialRequest request) => (path, pool) =>
    {
        ImageReading reading = ImageFile.Read(path, pool, ImageLimits.Of(request.Golden.Formats), request.Golden.BitDepth);
        return (reading.Frame, reading.Problem);
    };

    private static Proof WithBar(IAnsiConsole console, Func<Action<double>, Proof> work)
    {
        if (!console.Profile.Capabilities.Interactive)
            return work(_ => { });
        return console.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(progress =>
            {
                ProgressTask task = progress.AddTask("proving", maxValue: 1);
                return work(share => task.Value = share);
            });
    }
}
