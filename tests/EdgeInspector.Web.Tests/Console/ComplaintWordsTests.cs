using System.Globalization;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Web.Console;
using EdgeInspector.Web.Console.Stations;

namespace EdgeInspector.Web.Tests.Console;

public sealed class ComplaintWordsTests
{
    [Fact]
    public void A_grave_code_has_an_advice_of_its_own_and_others_have_that_of_their_component()
    {
        Assert.Contains("touch none of the files", Advice(Say("audit", "misfit")), StringComparison.Ordinal);
        Assert.Contains("tell the maker", Advice(Say("reconciliation", "verdicts")), StringComparison.Ordinal);
        Assert.Contains("tell the maker", Advice(Say("reconciliation", "signals")), StringComparison.Ordinal);
        Assert.Contains("side by side", Advice(Say("reconciliation", "parts")), StringComparison.Ordinal);
        Assert.Equal("Signals do not reach the PLC. Look at network and broker.", Advice(Say("broker", "lost")));
    }

    [Fact]
    public void A_sentence_that_is_made_of_others_has_the_advice_of_each_of_them_once()
    {
        Said good = Say("challenges", "goodStopped"), bad = Say("challenges", "badPassed"), overdue = Say("challenges", "overdue");
        string both = Advice(Challenge(good, bad, bad));
        Assert.Contains("Good parts are thrown out.", both, StringComparison.Ordinal);
        Assert.Single(both.Split("Send the known-bad part again.")[1..]);
        Assert.Equal("Send the known-bad part.", Advice(Challenge(overdue)));
    }

    [Fact]
    public void A_German_page_has_German_advice_and_an_unknown_component_its_own_word()
    {
        CultureInfo before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = ConsoleCultures.German;
        try
        {
            Assert.Contains("rühren Sie keine Datei", Advice(Say("audit", "misfit")), StringComparison.Ordinal);
            Assert.Equal("Auslösungen", PageWords.All.Heading(Of(Say("trigger", "notSubscribed"))));
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
        Complaint unknown = Of(Say("oven", "hot"));
        Assert.Equal(("oven", null), (PageWords.All.Heading(unknown), PageWords.All.Advice(unknown)));
    }

    private static Said Challenge(params Said[] pieces) => new Wording("challenge", "wrong", "{challenges}").Of((object)pieces);

    private static Said Say(string component, string code) => new Wording(component, code, "").Of();

    private static Complaint Of(Said what) => new(what, DateTimeOffset.UnixEpoch);

    private static string Advice(Said what) => PageWords.All.Advice(Of(what))!;
}
