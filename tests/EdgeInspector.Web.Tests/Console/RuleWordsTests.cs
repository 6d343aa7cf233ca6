using System.Globalization;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Web.Console;
using EdgeInspector.Web.Console.Texts;
using Microsoft.Extensions.Localization;

namespace EdgeInspector.Web.Tests.Console;

public sealed class RuleWordsTests
{
    private static readonly ModelIdentity Model =
        new("m", new string('a', 64), null, ModelKind.Detector, ["ok", "scratch", "screw"], "cpu");

    [Theory]
    [InlineData("scratch 0.93 ≥ 0.50", "scratch 0,93 ≥ 0,50")]
    [InlineData("scratch 0.45 is close to 0.50", "scratch 0,45 liegt nahe bei 0,50")]
    [InlineData("screw: 1 found, 2 required", "screw: 1 gefunden, 2 verlangt")]
    [InlineData("dent: 3 found, 2 reject", "dent: 3 gefunden, ab 2 Ausschuss")]
    [InlineData("page 2 of 3: scratch 0.93 ≥ 0.50", "Seite 2 von 3: scratch 0,93 ≥ 0,50")]
    [InlineData(
        "no tag reached its threshold; the highest is dent 0.12", "kein Merkmal erreicht seine Schwelle; das höchste ist dent 0,12")]
    [InlineData("the picture is black", "the picture is black")]
    [InlineData("", "")]
    public void A_rule_is_said_in_German_on_a_German_page_and_as_it_is_on_an_English_one(string rule, string german)
    {
        Assert.Equal(german, In(ConsoleCultures.German, rule));
        Assert.Equal(rule, In(ConsoleCultures.English, rule));
    }

    [Fact]
    public void Whatever_the_rules_say_of_a_detected_part_has_German_words()
    {
        RuleSet rules = RuleSet.Create(
            new RuleOptions
            {
                UncertainBand = 0.1,
                Rules = new Dictionary<string, TagRuleOptions>
                {
                    ["scratch"] = new() { Threshold = 0.6 },
                    ["screw"] = new() { RequiredCount = 1 },
                },
            },
            Model, out _)!;
        foreach (float scratch in new[] { 0f, 0.55f, 0.9f })
        {
            foreach (float screw in new[] { 0f, 0.9f })
            {
                if (rules.JudgePicture([new Prediction("scratch", scratch), new Prediction("screw", screw)]).Rule is { } rule)
                    Assert.NotEqual(rule, In(ConsoleCultures.German, rule));
            }
        }
    }

    [Fact]
    public void Words_of_programs_are_said_in_German_and_names_and_unknown_words_stay_as_they_are() => In(ConsoleCultures.German, words =>
    {
        Assert.Equal("Ausschuss (scratch)", words.OfVerdict("reject (scratch)"));
        Assert.Equal(("", "other"), (words.OfVerdict(null), words.OfVerdict("other")));
        Assert.Equal("Webhook mes", words.OfNamed("Subject", "webhook mes"));
        Assert.Equal("Kamera von weld-3", words.OfNamed("Subject", "camera of weld-3"));
        Assert.Equal(("Platte", "ONNX Runtime"), (words.OfNamed("Subject", "disk"), words.OfNamed("Subject", "ONNX Runtime")));
        Assert.Equal(("Befehlszeile", "192.0.2.1"), (words.Of("From", "command line"), words.Of("From", "192.0.2.1")));
        Assert.Equal("", words.Of("From", null));
        return "";
    });

    private static string? In(CultureInfo culture, string rule) => In(culture, words => words.OfRule(rule));

    private static string? In(CultureInfo culture, Func<IStringLocalizer<Words>, string?> say)
    {
        (CultureInfo before, CultureInfo beforeWords) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, culture);
        try
        {
            return say(PageWords.All);
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (before, beforeWords);
        }
    }
}
