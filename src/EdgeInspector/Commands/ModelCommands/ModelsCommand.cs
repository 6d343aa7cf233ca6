using System.CommandLine;

namespace EdgeInspector.Commands.ModelCommands;

/// <summary><c>models</c>: the model store, from the command line; also while the agent runs.</summary>
internal static class ModelsCommand
{
    public static Command Create() => new("models", "Works with the model store: list, verify, prove, import, activate, roll back; also while the agent runs.")
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

    /// <summary>The station that is meant.</summary>
    public static Option<string?> StationOption() =>
        new("--station") { Description = "The station; not needed where there is only one.", HelpName = "NAME" };

    /// <summary>Why somebody does it.</summary>
    public static Option<string?> WhyOption() =>
        new("--why") { Description = "The reason, for the station's history and events.", HelpName = "TEXT" };

    /// <summary>Against a refusal for rules that would go dead.</summary>
    public static Option<bool> ForceOption() =>
        new("--force") { Description = "Leave out rules that name tags which the package does not have, instead of refusing it." };
}
