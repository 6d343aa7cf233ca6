using System.CommandLine;
using System.Runtime.CompilerServices;

namespace EdgeInspector.Cli.Arguments;

/// <summary>
/// The arguments by which commands find their settings: <c>--settings FILE</c> and any number of <c>--Section:Key=value</c>.
/// </summary>
internal sealed class SettingsArguments
{
    private readonly Option<string?> _file = new("--settings", "-s")
    {
        Description =
            "The settings file; default: what EDGEINSPECTOR_SETTINGS names, else appsettings.json in the working directory, "
            + "else beside the executable. Single settings are overridden by "
            + "--Section:Key=value or by environment variables such as EDGEINSPECTOR_Mqtt__Host.",
        HelpName = "FILE",
    };

    // The commands that read settings, and whether they do so with given arguments.
    private static readonly ConditionalWeakTable<Command, Func<ParseResult, bool>> Readers = [];

    /// <summary>Adds the arguments to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="areRead">Whether the command reads its settings with these arguments; null: always.</param>
    public SettingsArguments(Command command, Func<ParseResult, bool>? areRead = null)
    {
        command.Options.Add(_file);
        // Overrides may be any setting; UnknownArguments refuses other unmatched arguments.
        command.TreatUnmatchedTokensAsErrors = false;
        Readers.Add(command, areRead ?? (_ => true));
    }

    /// <summary>False where the command does not look at settings, so that overrides would have no effect.</summary>
    public static bool AreRead(ParseResult parsed) =>
        Readers.TryGetValue(parsed.CommandResult.Command, out Func<ParseResult, bool>? read) && read(parsed);

    /// <summary>The file, or null for the default one.</summary>
    public string? File(ParseResult parsed) => parsed.GetValue(_file);

    /// <summary>The overrides, each <c>--Section:Key=value</c>.</summary>
    public static string[] Overrides(ParseResult parsed) => [.. parsed.UnmatchedTokens];
}
