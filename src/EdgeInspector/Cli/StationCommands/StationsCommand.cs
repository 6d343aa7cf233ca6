using System.CommandLine;

namespace EdgeInspector.Cli.StationCommands;

/// <summary><c>stations</c>: what stations know besides their models.</summary>
internal static class StationsCommand
{
    public static Command Create() =>
        new("stations", "Works with what stations know beside their models: the reference of good parts; also while the agent runs.")
        {
            LearnCommand.Create(),
        };
}
