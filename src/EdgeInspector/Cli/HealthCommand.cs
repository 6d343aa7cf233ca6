using System.CommandLine;
using EdgeInspector.Hosting.Health;
using EdgeInspector.Settings;

namespace EdgeInspector.Cli;

/// <summary><c>health</c>: the health check of a container.</summary>
/// <remarks>
/// Does not read the settings: if somebody makes a mistake in the file, the agent that still runs with the old settings must not look dead.
/// </remarks>
internal static class HealthCommand
{
    private const string Variable = SettingsSources.EnvironmentPrefix + nameof(AgentOptions.HealthFile);

    public static Command Create()
    {
        var file = new Argument<string?>("FILE")
        {
            Description = $"The file that the agent's setting HealthFile names; default: what the environment variable {Variable} says.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var ready = new Option<bool>("--ready") { Description = "Fails also while a station is degraded." };
        var command = new Command(
            "health", "Tells whether the agent that writes the health file is alive. Exit code 1 when it hangs or is not there.")
        {
            file,
            ready,
        };
        command.SetAction(parsed => Check(parsed.GetValue(file) ?? Environment.GetEnvironmentVariable(Variable), parsed.GetValue(ready)));
        return command;
    }

    private static int Check(string? file, bool mustBeReady)
    {
        if (string.IsNullOrEmpty(file))
            throw new RefusedException($"Which file? Give it as an argument or in the environment variable {Variable}; "
                + "the agent writes it where its setting HealthFile says so.");
        HealthCheck check = HealthCheck.Check(file, mustBeReady, TimeProvider.System);
        Console.Out.WriteLine(check.Message);
        return check.IsGood ? ExitCode.Done : ExitCode.Failed;
    }
}
