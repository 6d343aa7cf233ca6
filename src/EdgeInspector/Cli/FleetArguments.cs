using System.CommandLine;
using EdgeInspector.Cli.Arguments;
using EdgeInspector.Fleet;
using EdgeInspector.Printing;

namespace EdgeInspector.Cli;

/// <summary>The arguments of <c>fleet</c> as values.</summary>
/// <param name="Broker">The broker's address as the user wrote it; null: the broker of the settings.</param>
/// <param name="Prefix">The beginning of the topics; null: the prefix of the settings.</param>
/// <param name="IsOnce">True: shows the stations once and ends.</param>
/// <param name="AsJson">True: as JSON, once.</param>
/// <param name="Expected">The stations that must be there.</param>
/// <param name="Patience">How long a station may be silent.</param>
internal sealed record FleetRequest(
    string? Broker, string? Prefix, bool IsOnce, bool AsJson, ExpectedStations Expected, TimeSpan Patience);

/// <summary>The arguments of <c>fleet</c>, besides those of the settings.</summary>
internal sealed class FleetArguments
{
    private readonly Option<string?> _broker = new("--broker")
    {
        Description = "The broker: host, host:port, mqtt://host:port or mqtts://host:port (1883, with TLS 8883); default: "
            + "that of the settings.",
        HelpName = "ADDRESS",
    };

    private readonly Option<string?> _prefix = new("--prefix")
    {
        Description = "What the topics of the stations begin with, such as plant-7/{line}/{station} or plant-7/+/+; "
            + "default: Mqtt:TopicPrefix.",
        HelpName = "TEMPLATE",
    };

    private readonly Option<bool> _once = new("--once")
    {
        Description = "Shows the table once and ends; so it is where the output is no terminal, unless --watch is given.",
    };

    private readonly Option<bool> _watch = new("--watch")
    {
        Description = "Goes on until Ctrl-C; where the output is no terminal, writes a line for each change.",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Once, as JSON on standard output." };

    private readonly Option<string?> _expect = new("--expect")
    {
        Description = "Who ought to be there: how many, or a file with line/station in each line. Others are welcome.",
        HelpName = "N|FILE",
    };

    private readonly Option<int> _patience = new Option<int>("--patience")
    {
        Description = "So many seconds may a station be silent; so long does --once listen. "
            + "Hearts beat each second, states come each 10 s.",
        DefaultValueFactory = _ => 3,
        HelpName = "S",
    }.Between(1, 3600);

    public FleetArguments(Command command)
    {
        foreach (Option option in new Option[] { _broker, _prefix, _once, _watch, _json, _expect, _patience })
            command.Options.Add(option);
    }

    /// <exception cref="RefusedException">Arguments exclude each other, or the expected stations can't be read.</exception>
    public FleetRequest Read(ParseResult parsed)
    {
        (bool asJson, bool watch) = (parsed.GetValue(_json), parsed.GetValue(_watch));
        bool isOnce = parsed.GetValue(_once) || asJson;
        if (isOnce && watch)
            throw new RefusedException("--watch does not go with --once and --json.");
        return new FleetRequest(
            parsed.GetValue(_broker),
            parsed.GetValue(_prefix),
            isOnce || (!watch && !Terminal.Results.Profile.Capabilities.Interactive),
            asJson,
            parsed.GetValue(_expect) is { } who ? ExpectedStations.Read(who) : ExpectedStations.Nobody,
            TimeSpan.FromSeconds(parsed.GetValue(_patience)));
    }
}
