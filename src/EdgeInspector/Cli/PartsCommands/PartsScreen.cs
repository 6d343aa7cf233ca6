using System.Globalization;
using EdgeInspector.Delivery.History;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.Printing;
using Spectre.Console;

namespace EdgeInspector.Cli.PartsCommands;

/// <summary>Past parts as a table, CSV or JSON lines.</summary>
internal static class PartsScreen
{
    public static void Show(IEnumerable<PastPart> parts, PartsRequest request)
    {
        if (request.Form == PartsForm.Table)
        {
            ShowTable(parts, request);
            return;
        }
        bool isFirst = true;
        foreach (PastPart part in parts)
        {
            List<(string Name, object? Value)> values = Values(part);
            if (isFirst && request.Form == PartsForm.Csv)
                Console.Out.WriteLine(Csv.Line(values.Select(one => one.Name)));
            isFirst = false;
            Console.Out.WriteLine(request.Form == PartsForm.Csv
                ? Csv.Line(values.Select(one => one.Value))
                : JsonLines.Of(values));
        }
    }

    private static void ShowTable(IEnumerable<PastPart> parts, PartsRequest request)
    {
        Table table = new Table().Border(TableBorder.Rounded);
        foreach (string head in new[] { "time", "station", "part", "verdict", "why", "ms" })
        {
            var column = new TableColumn(head) { NoWrap = head is not ("why" or "part") };
            table.AddColumn(head == "ms" ? column.RightAligned() : column);
        }
        int count = 0;
        foreach (PastPart part in parts)
        {
            count++;
            table.AddRow(
                Terminal.Cell(part.At.ToLocalTime().ToString("MM-dd HH:mm:ss.f", CultureInfo.InvariantCulture)),
                Terminal.Cell(part.Station),
                Terminal.Cell(part.IsChallenge ? $"{part.Part} (challenge)" : part.Part),
                Terminal.Cell(part.Verdict.Word(), new Style(Colour(part.Verdict))),
                Terminal.Cell(Why(part)),
                Terminal.Cell(part.TriggerToSignal.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture)));
        }
        if (count == 0)
            Terminal.Results.WriteLine("No part is remembered of which this holds.");
        else
            Terminal.Results.Write(table);
        if (count == request.Most)
            Terminal.Messages.WriteLine($"The newest {count}; more with --limit N, or all with --csv.");
    }

    private static string Why(PastPart part) => PrintableText.Of(
        part.Rule ?? (part.Verdict == VerdictKind.None ? part.Reason.Word()!
            : part.Tag is { } tag ? string.Create(CultureInfo.InvariantCulture, $"{tag} {part.Probability:0.00}") : ""));

    private static Color Colour(VerdictKind verdict) => verdict switch
    {
        VerdictKind.Pass => Color.Green,
        VerdictKind.Reject => Color.Red,
        VerdictKind.Review => Color.Yellow,
        _ => Color.Fuchsia,
    };

    private static List<(string Name, object? Value)> Values(PastPart part) =>
    [
        ("at", part.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)),
        ("station", part.Station), ("part", part.Part), ("type", part.Type), ("id", part.Id.ToString()), ("verdict", part.Verdict.Word()),
        ("reason", part.Reason.Word()), ("tag", part.Tag),
        ("probability", part.Tag is null ? null : part.Probability), ("rule", part.Rule), ("action", part.Action.Word()),
        ("signal", part.Signal.Word()), ("challenge", part.IsChallenge),
        ("milliseconds", Math.Round(part.TriggerToSignal.TotalMilliseconds, 3)), ("package", part.Package), ("iteration", part.Iteration),
        ("tags", part.Tags),
    ];
}
