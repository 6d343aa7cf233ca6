using System.Text;
using EdgeInspector.Delivery.Audit;

namespace EdgeInspector.Delivery.Tests.Audit;

public sealed class AuditExportTests : IDisposable
{
    private readonly AuditFixture _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public void Entries_are_chosen_by_time_part_and_station()
    {
        _log.ThreeDays();
        DateTimeOffset second = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(21, Taken(new AuditFilter(second, second.AddDays(1), null, null)));
        Assert.Equal(21, Taken(new AuditFilter(second.ToOffset(TimeSpan.FromHours(5)), second.AddDays(1), null, null)));
        Assert.Equal(1, Taken(new AuditFilter(null, null, "day2-4", null)));
        Assert.Equal(60, Taken(new AuditFilter(null, null, null, "weld-3")));
        Assert.Equal(0, Taken(new AuditFilter(null, null, "day2-4", "weld-4")));
        Assert.Equal(63, Taken(new AuditFilter(null, null, null, null)));
    }

    [Fact]
    public void A_row_has_a_cell_for_each_field_and_no_formula()
    {
        using (AuditWriter writer = _log.Writer())
            writer.Append([_log.Verdict("=HYPERLINK(\"x\"),\r\n1") with { By = "a \"quoted\" name" }]);
        var rows = new List<string>();
        AuditVerification.Run(_log.Folder, [], each: line => rows.Add(Encoding.UTF8.GetString(AuditCsv.Row(line))));
        Assert.Contains(",\"'=HYPERLINK(\"\"x\"\"),\r\n1\",", rows[1], StringComparison.Ordinal);
        Assert.Contains(",\"a \"\"quoted\"\" name\",", rows[1], StringComparison.Ordinal);
        Assert.StartsWith("2,verdict,2026-11-23T12:00:00.000Z,weld-3,", rows[1], StringComparison.Ordinal);
        Assert.Equal(Encoding.UTF8.GetString(AuditCsv.Heading).Split(',').Length, rows[0].Split(',').Length);
    }

    private int Taken(AuditFilter filter)
    {
        int count = 0;
        AuditVerification.Run(_log.Folder, [], each: line => count += filter.Takes(line) ? 1 : 0);
        return count;
    }
}
