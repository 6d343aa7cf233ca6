using System.Text.RegularExpressions;

namespace EdgeInspector.Cli.Arguments;

/// <summary>
/// The message for a value that an option can't read. The library's message names a type of the program, but people want to know what to
/// write.
/// </summary>
internal static partial class UnreadableValue
{
    /// <summary>The library's sentence, or a sentence in plain words where the library names a type.</summary>
    public static string Words(string sentence)
    {
        Match match = AsLibrarySays().Match(sentence);
        return match.Success && Form(match.Groups["type"].Value) is { } form
            ? $"'{match.Groups["value"].Value}' can't be read for {match.Groups["option"].Value}; give {form}."
            : sentence;
    }

    private static string? Form(string type) =>
        type.Contains("Int32", StringComparison.Ordinal) || type.Contains("Int64", StringComparison.Ordinal) ? "a whole number, such as 10"
        : type.Contains("Double", StringComparison.Ordinal) || type.Contains("Single", StringComparison.Ordinal) ? "a number, such as 0.5"
        : type.Contains("DateTime", StringComparison.Ordinal) ? "a time, such as 2026-11-29T06:00:00"
        : type.Contains("TimeSpan", StringComparison.Ordinal) ? "a duration, such as 00:00:30"
        : null;

    [GeneratedRegex(@"^Cannot parse argument '(?<value>.*)' for option '(?<option>[^']+)' as expected type '(?<type>[^']+)'\.$",
        RegexOptions.Singleline)]
    private static partial Regex AsLibrarySays();
}
