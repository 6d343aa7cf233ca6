using System.Globalization;
using EdgeInspector.Delivery.Audit;
using EdgeInspector.Web.Console.Acting;
using FsCheck;
using FsCheck.Fluent;

namespace EdgeInspector.Web.Tests.Console;

public sealed class AuditLineTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 29, 6, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_entry_says_when_what_about_what_who_and_why()
    {
        AuditLine read = AuditLine.Read("""
            {"n":7,"kind":"command","at":"2026-11-29T20:00:00.000Z","station":"weld-3","what":"threshold",
            "tag":"dent","threshold":0.7,"by":"anna","why":"x"}
            """)!;
        Assert.Equal(("command", "threshold", "weld-3 dent 0.7", "anna", "x"), (read.Kind, read.What, read.About, read.By, read.Why));
        Assert.Equal(new DateTimeOffset(2026, 11, 29, 20, 0, 0, TimeSpan.Zero), read.At);
    }

    [Fact]
    public void Half_a_character_is_no_entry() => Assert.Null(AuditLine.Read("""{"n":1,"kind":"command","by":"\ud800"}"""));

    [Fact]
    public void No_line_makes_the_page_fail() =>
        Prop.ForAll<string>(line => AuditLine.Read(line ?? "") is null or { Kind: not null }).QuickCheckThrowOnFailure();

    [Fact]
    public void Among_thousands_of_verdicts_the_acts_of_people_are_found_over_several_files_and_the_list_says_that_it_is_whole()
    {
        using var data = new TemporaryFolder();
        Write(data.Path, 1, [Act(0, "anna"), .. Verdicts(1, 3000)]);
        Write(data.Path, 2, [.. Verdicts(4000, 3000), Act(8000, "ben"), .. Verdicts(9000, 3000)]);
        AuditTail<AuditLine> last = AuditLine.Last(data.Path, 50);
        Assert.Equal(["ben", "anna"], last.Entries.Select(line => line.By));
        Assert.Null(last.CompleteSince);
    }

    [Fact]
    public void Where_enough_acts_are_found_the_list_is_whole_since_the_oldest_of_them()
    {
        using var data = new TemporaryFolder();
        Write(data.Path, 1, [.. Enumerable.Range(0, 20).SelectMany(i => Verdicts(i * 10, 5).Append(Act((i * 10) + 9, $"{i}")))]);
        AuditTail<AuditLine> last = AuditLine.Last(data.Path, 3);
        Assert.Equal(["19", "18", "17"], last.Entries.Select(line => line.By));
        Assert.Equal(Start.AddSeconds(179), last.CompleteSince);
    }

    [Fact]
    public void Of_a_very_long_log_only_the_end_is_read_and_the_list_says_since_when_it_is_whole()
    {
        using var data = new TemporaryFolder();
        string wide = new('x', 60_000);
        Write(data.Path, 1, [Act(0, "long ago"), .. Verdicts(1, 400, wide)]);
        AuditTail<AuditLine> last = AuditLine.Last(data.Path, 50);
        Assert.Empty(last.Entries);
        Assert.InRange(last.CompleteSince!.Value, Start.AddSeconds(1), Start.AddSeconds(400 - (AuditTail.MostBytes / 60_400)));
    }

    [Fact]
    public void Torn_empty_and_endless_lines_are_passed_over()
    {
        using var data = new TemporaryFolder();
        Write(data.Path, 1, [Act(0, "anna"), new string('\0', 300_000), "", "{\"n\":1,\"ki", Act(1, "ben"), "{\"n\":2,\"kind\":\"comm"]);
        Assert.Equal(["ben", "anna"], AuditLine.Last(data.Path, 50).Entries.Select(line => line.By));
    }

    [Fact]
    public void Without_a_log_there_are_no_entries()
    {
        using var data = new TemporaryFolder();
        Assert.Equal((0, null), (AuditLine.Last(data.Path, 50).Entries.Count, AuditLine.Last(data.Path, 50).CompleteSince));
    }

    private static void Write(string data, int number, IEnumerable<string> lines)
    {
        string folder = Directory.CreateDirectory(Path.Combine(data, "audit")).FullName;
        File.WriteAllText(Path.Combine(folder, $"{number:D6}_2026-11-29.jsonl"), string.Join('\n', lines) + "\n");
    }

    private static IEnumerable<string> Verdicts(int from, int count, string rule = "dent 0.93 ≥ 0.50") =>
        Enumerable.Range(from, count).Select(i =>
            $$"""{"n":{{i + 1}},"kind":"verdict","at":"{{At(i)}}","station":"weld-3","part":"P{{i}}","what":"reject","rule":"{{rule}}"}""");

    private static string Act(int second, string by) =>
        $$"""{"n":{{second + 1}},"kind":"command","at":"{{At(second)}}","station":"weld-3","what":"pause","by":"{{by}}"}""";

    private static string At(int second) =>
        Start.AddSeconds(second).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
