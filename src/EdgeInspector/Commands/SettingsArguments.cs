using System.CommandLine;
using EdgeInspector.Hosting;

namespace EdgeInspector.Commands;

/// <summary>The arguments by which commands find their settings: <c>--settings FILE</c> and any number of <c>--Section:Key=value</c>.</summary>
internal sealed class SettingsArguments
{
    private readonly Option<string?> _file = new("--settings", "-s")
    {
        Description =
            "The settings file; default: what EDGEINSPECTOR_SETTINGS names, else appsettings.json in the working directory, else beside the executable. Single settings are overridden by "
            + "--Section:Key=value or by environment variables such as EDGEINSPECTOR_Mqtt__Host.",
        HelpName = "FILE",
    };

    /// <summary>Adds the arguments to a command.</summary>
    public SettingsArguments(Command command)
    {
        command.Options.Add(_file);
        command.TreatUnmatchedTokensAsErrors = false;
    }

    /// <summary>The file, or null for the default one.</summary>
    public string? File(ParseResult parsed) => parsed.GetValue(_file);

    /// <summary>The overrides, each <c>--Section:Key=value</c>.</summary>
    /// <exception cref="RefusedException">An argument is neither an option nor an override.</exception>
    public static string[] Overrides(ParseResult parsed)
    {
        List<string> strangers = [.. parsed.UnmatchedTokens.Where(token => !IsOverride(token))];
        if (strangers.Count > 0)
        {
            throw new RefusedException(
                [.. strangers.Select(token => $"The argument '{token}' is not known. Settings are written --Section:Key=value; see --help for the options.")]);
        }
        return [.. parsed.UnmatchedTokens];
    }

    private static bool IsOverride(string token) =>
        token.StartsWith("--", StringComparison.Ordinal) && token.IndexOf('=', StringComparison.Ordinal) is var at && at > 2;
}
