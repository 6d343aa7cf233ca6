using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;

namespace EdgeInspector.Cli.ModelCommands;

/// <summary><c>models</c>: the model store on the command line; also while the agent runs.</summary>
internal static class ModelsCommand
{
    private const string Name = "models";

    public static Command Create() =>
        new(Name, "Works with the model store: list, verify, prove, import, activate, roll back; also while the agent runs.")
        {
            ListCommand.Create(),
            VerifyCommand.Create(),
            ProveCommand.Create(),
            ImportCommand.Create(),
            ChangeCommand.Activate(),
            ChangeCommand.Rollback(),
            ChangeCommand.Shadow(),
            SchemaCommand.Create(),
            SignCommand.Create(),
            TrialCommand.Create(),
        };

    /// <summary>The priority at which a command runs beside a line at work; null for other commands.</summary>
    /// <remarks>The agent starts trials itself, and says how they run.</remarks>
    public static ProcessPriorityClass? PriorityOf(CommandResult command) =>
        command.Parent is not CommandResult { Command.Name: Name } ? null
        : command.Command.Name switch
        {
            TrialCommand.Name => null,
            ProveCommand.Name => ProcessPriorityClass.Idle,
            _ => ProcessPriorityClass.BelowNormal,
        };

    /// <summary>The option that names the station.</summary>
    public static Option<string?> StationOption() =>
        new("--station") { Description = "The station; not needed where there is only one.", HelpName = "NAME" };

    /// <summary>The option that says why somebody does it.</summary>
    public static Option<string?> WhyOption() =>
        new("--why") { Description = "The reason, for the station's history and events.", HelpName = "TEXT" };

    /// <summary>The option that overrides a refusal for rules that the package does not know.</summary>
    public static Option<bool> ForceOption() =>
        new("--force") { Description = "Leave out rules that name tags which the package does not have, instead of refusing it." };
}
