using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Resources;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Web;

namespace EdgeInspector.Tests.Documents;

/// <summary>Whatever the agent can say under a code is there in German, in the contract and in the documentation.</summary>
public sealed partial class WordingTests
{
    private const string Answer = "answer";

    private static readonly IReadOnlyList<Wording> All = [.. Find()];

    private static readonly Dictionary<string, string> German = Texts("Sentences", "de");

    private static readonly string[] Components =
        [.. Complaints(All).Select(one => one.Subject).Distinct().Order(StringComparer.Ordinal)];

    [Fact]
    public void A_code_is_that_of_one_sentence() =>
        Assert.Empty(All.GroupBy(Name).Where(same => same.Count() > 1).Select(same => same.Key));

    [Fact]
    public void Each_sentence_is_there_in_German_and_no_other() =>
        Assert.Equal(All.Select(Name).Order(StringComparer.Ordinal), German.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void The_German_sentence_has_the_gaps_of_the_English_one() =>
        Assert.All(All, one => Assert.Equal((Name(one), GapsOf(one.English)), (Name(one), GapsOf(German[Name(one)]))));

    [Fact]
    public void Every_sentence_is_kept_in_a_static_field_where_this_test_finds_it()
    {
        string[] elsewhere = [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith("Wordings.cs", StringComparison.Ordinal)
                && File.ReadAllText(file).Contains("new Wording(", StringComparison.Ordinal))];
        Assert.Empty(elsewhere);
    }

    [Fact]
    public void The_contract_lists_the_components_and_codes_of_a_state()
    {
        JsonNode reason = Properties("state")["reasons"]!["items"]!["properties"]!;
        Assert.Equal(Components, Listed(reason["component"]!));
        Assert.Equal(Complaints(All).Select(one => one.Code).Distinct().Order(StringComparer.Ordinal), Listed(reason["code"]!));
    }

    [Fact]
    public void The_contract_lists_the_codes_of_an_answer() => Assert.Equal(
        All.Where(one => one.Subject == Answer).Select(one => one.Code).Order(StringComparer.Ordinal),
        Listed(Properties("command-answer")["code"]!));

    [Fact]
    public void The_page_of_codes_has_a_line_for_each_sentence()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "state-codes.md"));
        string[] lines = [.. page.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))];
        Assert.Equal(All.Select(LineOf).Order(StringComparer.Ordinal), lines.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("de")]
    public void The_console_has_a_heading_and_an_advice_for_each_component(string language)
    {
        Dictionary<string, string> words = Texts("Words", language);
        Assert.All(Components, component =>
        {
            Assert.NotEqual("", words.GetValueOrDefault($"Complaint.{component}", ""));
            Assert.NotEqual("", words.GetValueOrDefault($"Complaint.{component}.Do", ""));
        });
    }

    [Fact]
    public void Advice_for_a_code_is_for_one_that_there_is()
    {
        // Those of the component, and those of the pieces of which its sentences are made.
        HashSet<string> there =
        [
            .. Complaints(All).SelectMany(one => All.Where(piece => piece.IsPiece && one.Gaps.Contains(piece.Subject)).Prepend(one)
                .Select(said => $"Complaint.{one.Subject}.{said.Code}.Do")),
        ];
        string[] advice = [.. Texts("Words", "").Keys.Where(word => AdviceForCode().IsMatch(word))];
        Assert.NotEmpty(advice);
        Assert.Empty(advice.Except(there));
    }

    [Fact]
    public void The_page_for_the_operator_says_what_to_do_at_each_component()
    {
        string[] rows = [.. File.ReadAllText(Path.Combine(Repository.Root, "docs", "operator.md"))
            .Split("## What to do at each alarm")[1].Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))];
        Assert.Equal(
            Components,
            rows.SelectMany(row => Quoted().Matches(row.Split('|')[1])).Select(word => word.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<Wording> Complaints(IEnumerable<Wording> all) =>
        all.Where(one => one is { IsPiece: false, Subject: not Answer });

    private static Dictionary<string, string> Texts(string name, string language) =>
        new ResourceManager($"EdgeInspector.Web.Console.Texts.{name}", typeof(HttpOptions).Assembly)
            .GetResourceSet(CultureInfo.GetCultureInfo(language), true, false)!
            .Cast<DictionaryEntry>().ToDictionary(word => (string)word.Key, word => (string)word.Value!, StringComparer.Ordinal);

    private static string LineOf(Wording one) => $"| `{one.Subject}` | `{one.Code}` | {one.English.Replace("|", "\\|")} |";

    private static string Name(Wording one) => $"{one.Subject}.{one.Code}";

    private static string GapsOf(string sentence) =>
        string.Join(' ', Gap().Matches(sentence).Select(gap => gap.Value).Order(StringComparer.Ordinal));

    private static JsonNode Properties(string schema) => JsonNode.Parse(File.ReadAllText(
        Path.Combine(Repository.Root, "deploy", "contracts", "schemas", $"{schema}.schema.json")))!["properties"]!;

    private static IEnumerable<string> Listed(JsonNode property) =>
        property["anyOf"]![0]!["enum"]!.AsArray().OfType<JsonNode>().Select(word => (string)word!);

    private static IEnumerable<Wording> Find()
    {
        const BindingFlags any = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        string folder = Path.GetDirectoryName(typeof(WordingTests).Assembly.Location)!;
        IEnumerable<Type> types = Directory.EnumerateFiles(folder, "EdgeInspector*.dll")
            .Where(file => !Path.GetFileName(file).Contains("Test", StringComparison.Ordinal))
            .SelectMany(file => Assembly.LoadFrom(file).GetTypes())
            .Where(type => type.Name.EndsWith("Wordings", StringComparison.Ordinal));
        foreach (Type type in types)
        {
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
            object[] fixedOnes = [.. type.GetFields(any).Where(field => field.IsStatic).Select(field => field.GetValue(null)!)];
            foreach (Wording one in fixedOnes.OfType<Wording>())
                yield return one;
            // Such as those of a connection, of which there are several.
            foreach (object set in fixedOnes.Where(type.IsInstanceOfType))
            {
                foreach (Wording one in type.GetFields(any).Where(field => !field.IsStatic).Select(field => field.GetValue(set)!)
                    .OfType<Wording>())
                    yield return one;
            }
        }
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Gap();

    [GeneratedRegex(@"^Complaint\.[^.]+\.[^.]+\.Do$")]
    private static partial Regex AdviceForCode();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
