using System.CommandLine;
using EdgeInspector.Settings;

namespace EdgeInspector.Cli.Arguments;

/// <summary>
/// Arguments that would have no effect: mistyped options, and settings for a command that reads none. Checked before any command runs,
/// since a command may end without having read its settings.
/// </summary>
internal static class UnknownArguments
{
    /// <summary>A sentence for each argument that would have no effect.</summary>
    public static IReadOnlyList<string> In(ParseResult parsed)
    {
        List<string> unknown = [.. parsed.UnmatchedTokens.Where(token => !IsSetting(token))];
        bool areRead = SettingsArguments.AreRead(parsed);
        if (unknown.Count == 0 && !areRead)
            unknown.AddRange(parsed.UnmatchedTokens);
        // A word after an unknown option is the option's value.
        if (unknown.Exists(IsOption))
            unknown.RemoveAll(token => !IsOption(token));
        return [.. unknown.Select(token => Sentence(token, parsed.CommandResult.Command, areRead))];
    }

    private static string Sentence(string token, Command command, bool areRead)
    {
        string[] options = [.. command.Options.Where(option => !option.Hidden).Select(option => option.Name).Order(StringComparer.Ordinal)];
        string all = $"The options here are {string.Join(", ", options)}.{(areRead ? " Settings are written --Section:Key=value." : "")}";
        if (!IsOption(token))
            return $"The argument '{token}' is not known. {all}";
        if (IsSetting(token))
            return $"'{token}' is no option, and as a setting it has no effect, for settings are not read here. {all}";
        string near = NearestName.Of(token.Split('=')[0], options) is { } meant ? $"; did you mean {meant}?" : ".";
        return $"The option '{token}' is not known{near} {all}";
    }

    private static bool IsOption(string token) => token.StartsWith('-');

    private static bool IsSetting(string token) =>
        token.StartsWith("--", StringComparison.Ordinal) && token.IndexOf('=', StringComparison.Ordinal) is var at && at > 2;
}
