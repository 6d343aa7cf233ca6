using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Localization;

namespace EdgeInspector.Web.Console.Texts;

/// <summary>
/// Says the rule that fired in the language of the page. Events, spool and history keep it as an English text, so that it is read from
/// that; a text of another form stays as it is, such as why a picture is no evidence, or what an older version wrote.
/// </summary>
internal static partial class RuleWords
{
    /// <summary>The rule in the language of the page; null where none fired.</summary>
    public static string? OfRule(this IStringLocalizer<Words> words, string? rule)
    {
        if (rule is null)
            return null;
        if (Page().Match(rule) is { Success: true } page)
            return words["Rule.Page", page.Groups[1].Value, page.Groups[2].Value, words.OfRule(page.Groups[3].Value)!];
        if (NoneReached().Match(rule) is { Success: true } none)
            return words["Rule.NoneReached", none.Groups[1].Value, Number(none.Groups[2])];
        if (Found().Match(rule) is { Success: true } found)
        {
            string name = found.Groups[4].Value == "reject" ? "Rule.FoundRejects" : "Rule.FoundRequired";
            return words[name, found.Groups[1].Value, found.Groups[2].Value, found.Groups[3].Value];
        }
        return Compared().Match(rule) is { Success: true } compared
            ? words[
                compared.Groups[3].Value == "≥" ? "Rule.Reached" : "Rule.Close",
                compared.Groups[1].Value, Number(compared.Groups[2]), Number(compared.Groups[4])]
            : rule;
    }

    private static string Number(Group text) =>
        double.Parse(text.ValueSpan, CultureInfo.InvariantCulture).ToString("0.00", CultureInfo.CurrentCulture);

    [GeneratedRegex(@"^page (\d+) of (\d+): (.+)$")]
    private static partial Regex Page();

    [GeneratedRegex(@"^no tag reached its threshold; the highest is (.+) (\d\.\d\d)$")]
    private static partial Regex NoneReached();

    [GeneratedRegex(@"^(.+): (\d+) found, (\d+) (required|reject)$")]
    private static partial Regex Found();

    [GeneratedRegex(@"^(.+) (\d\.\d\d) (≥|is close to) (\d\.\d\d)$")]
    private static partial Regex Compared();
}
