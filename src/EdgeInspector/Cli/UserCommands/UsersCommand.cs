using System.CommandLine;

namespace EdgeInspector.Cli.UserCommands;

/// <summary><c>users</c>: who may sign in to the console.</summary>
internal static class UsersCommand
{
    public static Command Create() => new("users", "Says who may sign in to the console, and what they may do; also while the agent runs.")
    {
        AddCommand.Create(),
        ListCommand.Create(),
        RemoveCommand.Create(),
    };
}
