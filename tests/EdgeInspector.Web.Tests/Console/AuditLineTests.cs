using EdgeInspector.Web.Console.Acting;
using FsCheck;
using FsCheck.Fluent;

namespace EdgeInspector.Web.Tests.Console;

public sealed class AuditLineTests
{
    [Fact]
    public void An_entry_says_when_what_about_what_who_and_why()
    {
        AuditLine read = AuditLine.Read("""
            {"n":7,"kind":"command","at":"2026-11-29T20:00:00.000Z","station":"weld-3","what":"threshold",
            "tag":"dent","threshold":0.7,"by":"anna","why":"x"}
            """)!;
        Assert.Equal(("command", "threshold", "weld-3 dent 0.7", "anna", "x"), (read.Kind, read.What, read.About, read.By, read.Why));
    }

    [Fact]
    public void No_line_makes_the_page_fail() =>
        Prop.ForAll<string>(line => AuditLine.Read(line ?? "") is null or { Kind: not null }).QuickCheckThrowOnFailure();
}
