using System.Globalization;
using EdgeInspector.Delivery.History;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.Printing;
using Spectre.Console;

namespace EdgeInspector.Cli.PartsCommands;

/// <summary>Figures by hour, shift, day or week as a table, CSV or JSON lines.</summary>
internal static class PeriodScreen
{
    private const int Roomy = 100;

    public static void Show(IReadOnlyList<PeriodSum> sums, PartsRequest request)
    {
        if (request.Form == PartsForm.Table)
        {
            ShowTable(sums, request.AreAll);
            return;
        }
        if (request.Form == PartsForm.Csv)
            Console.Out.WriteLine(Csv.Line(Values(new PeriodSum(default, ""), request.AreAll).Select(one => one.Name)));
        foreach (PeriodSum sum in sums)
        {
            Console.Out.WriteLine(request.Form == PartsForm.Csv
                ? Csv.Line(Values(sum, request.AreAll).Select(one => one.Value))
                : JsonLines.Of(Values(sum, request.AreAll)));
        }
    }

    private static void ShowTable(IReadOnlyList<PeriodSum> sums, bool areAll)
    {
        if (sums.Count == 0)
        {
            Terminal.Results.WriteLine("No part is remembered of which this holds.");
            return;
        }
        Table table = new Table().Border(TableBorder.Rounded);
        foreach (string head in new[] { "from", "station", "parts", "pass", "reject", "review", "none", "yield" })
        {
            var column = new TableColumn(head) { NoWrap = true };
            table.AddColumn(head is "from" or "station" ? column : column.RightAligned());
        }
        if (Terminal.Results.Profile.Width >= Roomy)
            table.AddColumn(new TableColumn("mean ms").RightAligned()).AddColumn(new TableColumn("most ms").RightAligned());
        foreach (PeriodSum sum in sums)
            table.AddRow(Cells(sum, areAll).Take(table.Columns.Count).Select(cell => Terminal.Cell(cell)));
        Terminal.Results.Write(table);
        foreach (IGrouping<string, PeriodSum> station in sums.GroupBy(sum => sum.Station))
            ShowCauses(station.Key, [.. station]);
    }

    private static void ShowCauses(string station, IReadOnlyList<PeriodSum> sums)
    {
        string tags = Causes(sums.SelectMany(sum => sum.Rejects));
        string reasons = Causes(sums.SelectMany(sum => sum.Nones).Select(one => KeyValuePair.Create(one.Key.Word()!, one.Value)));
        if (tags.Length > 0)
            Terminal.Results.WriteLine(PrintableText.Of($"{station}: rejected as {tags}"));
        if (reasons.Length > 0)
            Terminal.Results.WriteLine(PrintableText.Of($"{station}: no verdict for {reasons}"));
    }

    private static string Causes(IEnumerable<KeyValuePair<string, long>> counts) => string.Join(", ", counts
        .GroupBy(one => one.Key, one => one.Value).Select(one => (one.Key, Count: one.Sum())).OrderByDescending(one => one.Count)
        .Select(one => $"{one.Key} {Number(one.Count)}"));

    private static IEnumerable<string> Cells(PeriodSum sum, bool areAll) =>
    [
        sum.Begins.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), sum.Station, Number(sum.Parts),
        Number(sum[VerdictKind.Pass]),
        Number(sum[VerdictKind.Reject]), Number(sum[VerdictKind.Review]), Number(sum[VerdictKind.None]),
        // Of the parts of one tag or verdict there is no yield.
        areAll && sum.Yield is { } yield ? yield.ToString("0.0 %", CultureInfo.InvariantCulture) : "",
        sum.MeanMilliseconds is { } mean ? mean.ToString("0.0", CultureInfo.InvariantCulture) : "",
        sum.SlowestMilliseconds.ToString("0.0", CultureInfo.InvariantCulture),
    ];

    private static string Tags(PeriodSum sum) => string.Join(", ", sum.Rejects.Select(tag => $"{tag.Key} {Number(tag.Value)}"));

    private static string Reasons(PeriodSum sum) =>
        string.Join(", ", sum.Nones.Select(reason => $"{reason.Key.Word()} {Number(reason.Value)}"));

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static List<(string Name, object? Value)> Values(PeriodSum sum, bool areAll) =>
    [
        ("from", sum.Begins.ToString("yyyy-MM-ddTHH:mm", CultureInfo.InvariantCulture)), ("station", sum.Station), ("parts", sum.Parts),
        ("pass", sum[VerdictKind.Pass]), ("reject", sum[VerdictKind.Reject]), ("review", sum[VerdictKind.Review]),
        ("none", sum[VerdictKind.None]), ("yield", areAll && sum.Yield is { } yield ? Math.Round(yield, 4) : null),
        ("meanMilliseconds", sum.MeanMilliseconds is { } mean ? Math.Round(mean, 3) : null),
        ("mostMilliseconds", Math.Round(sum.SlowestMilliseconds, 3)), ("rejectedAs", Tags(sum)), ("noneFor", Reasons(sum)),
    ];
}
