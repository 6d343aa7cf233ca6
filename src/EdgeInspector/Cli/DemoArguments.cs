using System.CommandLine;
using EdgeInspector.Cli.Arguments;
using EdgeInspector.Demo;

namespace EdgeInspector.Cli;

/// <summary>The arguments of <c>demo</c> as values.</summary>
/// <param name="Parts">Parts over all stations; null: without end.</param>
/// <param name="Stations">Which cameras look at the line.</param>
/// <param name="Pace">From one part to the next at each station.</param>
/// <param name="Seed">Which parts come.</param>
/// <param name="Report">The file for the report; null: none.</param>
/// <param name="Images">The folder for images of rejected parts; null: none.</param>
/// <param name="Models">The folder of the shipped models.</param>
internal sealed record DemoRequest(
    long? Parts, DemoStations Stations, TimeSpan Pace, int Seed, string? Report, string? Images, string Models);

/// <summary>The arguments of <c>demo</c>.</summary>
internal sealed class DemoArguments
{
    private readonly Option<long?> _parts = new Option<long?>("--parts")
    {
        Description = "Parts to inspect, over all stations; without it the line runs until Ctrl-C.",
        HelpName = "N",
    }.Between(1, 1_000_000);

    private readonly Option<DemoStations> _station = new("--station")
    {
        Description = "Which cameras look at the line: classify, detect or both.",
        DefaultValueFactory = _ => DemoStations.Both,
        HelpName = "classify|detect|both",
    };

    private readonly Option<int> _pace = new Option<int>("--pace")
    {
        Description = "Milliseconds from one part to the next at each station.",
        DefaultValueFactory = _ => 400,
        HelpName = "MS",
    }.Between(10, 60_000);

    private readonly Option<int> _seed = new("--seed")
    {
        Description = "Which parts come along the line.",
        DefaultValueFactory = _ => 20_000,
        HelpName = "S",
    };

    private readonly Option<FileInfo?> _report = new("--report")
    {
        Description = "Writes what happened as JSON.",
        HelpName = "FILE",
    };

    private readonly Option<DirectoryInfo?> _images = new("--images")
    {
        Description = "Saves the images of rejected parts.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _models = new("--models")
    {
        Description = "Folder of the two shipped models; default: models beside the program or above it.",
        HelpName = "DIR",
    };

    public DemoArguments(Command command)
    {
        foreach (Option option in new Option[] { _parts, _station, _pace, _seed, _report, _images, _models })
            command.Options.Add(option);
    }

    /// <exception cref="RefusedException">The shipped models are not found.</exception>
    public DemoRequest Read(ParseResult parsed) => new(
        parsed.GetValue(_parts),
        parsed.GetValue(_station),
        TimeSpan.FromMilliseconds(parsed.GetValue(_pace)),
        parsed.GetValue(_seed),
        parsed.GetValue(_report)?.FullName,
        parsed.GetValue(_images)?.FullName,
        ShippedModels.Folder(parsed.GetValue(_models)));
}
