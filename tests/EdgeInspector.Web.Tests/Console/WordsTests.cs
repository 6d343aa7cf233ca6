using System.Collections;
using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.Web.Console;
using EdgeInspector.Web.Console.Texts;
using EdgeInspector.Web.Users;

namespace EdgeInspector.Web.Tests.Console;

/// <summary>Every word of the pages is there in both languages.</summary>
public sealed partial class WordsTests
{
    private static readonly ResourceManager Words = new("EdgeInspector.Web.Console.Texts.Words", typeof(Words).Assembly);

    [Fact]
    public void German_has_the_words_that_English_has_with_the_same_gaps()
    {
        Dictionary<string, string> english = In(CultureInfo.InvariantCulture), german = In(ConsoleCultures.German);
        Assert.Equal(english.Keys.Order(StringComparer.Ordinal), german.Keys.Order(StringComparer.Ordinal));
        Assert.All(english, word => Assert.Equal(Gaps(word.Value), Gaps(german[word.Key])));
        Assert.Equal("Linie", Words.GetString("Nav.Line", ConsoleCultures.German));
    }

    [Fact]
    public void Every_word_that_a_page_asks_for_is_there()
    {
        HashSet<string> there = [.. In(CultureInfo.InvariantCulture).Keys];
        string pages = Path.Combine(Repository.Root, "src", "EdgeInspector.Web", "Console");
        foreach (string page in Directory.EnumerateFiles(pages, "*.razor", SearchOption.AllDirectories))
        {
            foreach (Match asked in Asked().Matches(File.ReadAllText(page)))
                Assert.True(there.Contains(asked.Groups[1].Value), $"{Path.GetFileName(page)}: {asked.Groups[1].Value}");
        }
        Assert.All(Enum.GetNames<VerdictKind>(), name => Assert.Contains($"Verdict.{name}", there));
        Assert.All(Enum.GetValues<NoneReason>().Except([NoneReason.NotNone]), reason => Assert.Contains($"None.{reason}", there));
        Assert.All(Enum.GetNames<GateAction>(), name => Assert.Contains($"Gate.{name}", there));
        Assert.All(Enum.GetNames<ModelKind>(), name => Assert.Contains($"Kind.{name.ToLowerInvariant()}", there));
        Assert.All(Enum.GetNames<Role>(), name => Assert.Contains($"Role.{name.ToLowerInvariant()}", there));
        Assert.All(Enum.GetNames<SignalOutcome>(), name => Assert.Contains($"Signal.{name}", there));
    }

    [Fact]
    public void What_stands_in_the_audit_log_has_words_on_the_page_System()
    {
        HashSet<string> there = [.. In(CultureInfo.InvariantCulture).Keys];
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "audit.md"));
        string[][] rows = [.. page.Split("## Verify")[0].Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|')).Where(row => !row[1].Contains("`kind`", StringComparison.Ordinal))];
        string[] kinds = [.. rows.SelectMany(row => Quoted(row[1]))], acts = [.. rows.SelectMany(row => Quoted(row[3]))];
        // Verdicts are on other pages.
        Assert.Contains("verdict", kinds);
        Assert.All(kinds.Except(["verdict"]), kind => Assert.Contains($"Audit.{kind}", there));
        Assert.All(acts.Except(["verdict"]), act => Assert.Contains($"Did.{act}", there));
    }

    [Fact]
    public void Numbers_and_times_have_the_forms_of_the_language()
    {
        var at = new DateTime(2026, 11, 29, 7, 5, 9);
        Assert.Equal("12.345,6 29.11.2026 07:05", string.Format(ConsoleCultures.German, "{0:N1} {1:g}", 12345.6, at));
        Assert.Equal("12,345.6 2026-11-29 07:05", string.Format(ConsoleCultures.English, "{0:N1} {1:g}", 12345.6, at));
        Assert.Same(ConsoleCultures.English, ConsoleCultures.Find("xx"));
    }

    private static Dictionary<string, string> In(CultureInfo culture) => Words.GetResourceSet(culture, true, false)!
        .Cast<DictionaryEntry>().ToDictionary(word => (string)word.Key, word => (string)word.Value!);

    private static string[] Gaps(string text) => [.. Gap().Matches(text).Select(gap => gap.Value).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Quoted(string cell) => Code().Matches(cell).Select(code => code.Groups[1].Value);

    [GeneratedRegex("`([A-Za-z]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"T\[""([A-Za-z.]+)""[,\]]")]
    private static partial Regex Asked();

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Gap();
}
