using System.Globalization;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Printing;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace EdgeInspector.Fleet;

/// <summary>The fleet as a table, and what is wrong, a sentence each. Narrow consoles get the columns that matter most.</summary>
internal static class FleetScreen
{
    private const int Roomy = 110;
    private const int Wide = 150;

    /// <summary>Draws once, on a screen that scrolls: sentences and sum come last, where the reader looks.</summary>
    public static IRenderable Draw(IReadOnlyList<FleetStation> stations, long strangers, int width) =>
        new Rows([Table(stations, width), .. Wrong(stations), Sum(stations, strangers)]);

    /// <summary>
    /// Draws live, on a screen that cuts off its lower part when there are a hundred stations: the most important lines come first.
    /// </summary>
    public static IRenderable DrawLive(IReadOnlyList<FleetStation> stations, string? notConnected, long strangers, int width)
    {
        IEnumerable<IRenderable> broker = notConnected is null
            ? []
            : [Terminal.Cell(PrintableText.Of(notConnected, 1000), new Style(Color.Red))];
        return new Rows([.. broker, Sum(stations, strangers), .. Wrong(stations), Table(stations, width)]);
    }

    private static Text Sum(IReadOnlyList<FleetStation> stations, long strangers)
    {
        string others = strangers > 0
            ? string.Create(CultureInfo.InvariantCulture, $"; messages on …/state that were none of a station: {strangers}")
            : "";
        return new($"{FleetSummary.Of(stations)}{others}");
    }

    private static Table Table(IReadOnlyList<FleetStation> stations, int width)
    {
        Table table = new Table().Border(TableBorder.Rounded);
        List<Column> columns = [.. Columns.Where(column => width >= column.From)];
        foreach (Column column in columns)
        {
            var head = new TableColumn(column.Name) { NoWrap = column.IsNumber };
            table.AddColumn(column.IsNumber ? head.RightAligned() : head);
        }
        foreach (FleetStation station in stations)
            table.AddRow(columns.Select(column => Terminal.Cell(
                column.Value(station), new Style(column.Name == "state" ? Colour(station.Condition) : Color.Default))));
        return table;
    }

    private static readonly IReadOnlyList<Column> Columns =
    [
        new("station", 0, false, s => s.Name),
        new("agent", Roomy, false, s => s.Report?.Agent ?? ""),
        new("version", Roomy, false, s => s.Report?.Version ?? ""),
        new("state", 0, false, s => Word(s.Condition)),
        new("package", 0, false, Package),
        new("on", Wide, false, s => s.Report?.Package?.Provider ?? ""),
        new("parts", 0, true, s => Number(s.Report?.Counters?.Triggers)),
        new("pass", 0, true, s => s.Report?.Counters?.Yield is { } share ? share.ToString("0.0 %", CultureInfo.InvariantCulture) : ""),
        new("none", 0, true, s => Number(s.Report?.Counters?.None)),
        new("late", Wide, true, s => Number(s.Report?.Counters?.Late)),
        new("waiting", Roomy, true, s => Number(s.Report?.Counters?.EventsWaiting)),
        new("started", Wide, false, s => s.Report?.StartedAt is { } at ? Local(at) : ""),
        new("heard", 0, true, Heard),
    ];

    private static IEnumerable<IRenderable> Wrong(IReadOnlyList<FleetStation> stations)
    {
        foreach (FleetStation station in stations.Where(station => station.Condition != Condition.Online))
        {
            foreach (string sentence in Sentences(station))
                yield return Terminal.Cell($"{station.Name} · {sentence}", new Style(Colour(station.Condition)));
        }
        foreach (FleetStation station in stations.Where(station => station.Condition is Condition.Online or Condition.Degraded))
        {
            foreach (string note in Beside(station.Report!))
                yield return Terminal.Cell($"{station.Name} · {note}");
        }
    }

    /// <summary>What is wrong with a station, a sentence each.</summary>
    public static IEnumerable<string> Sentences(FleetStation station) => station switch
    {
        { Report: null } => ["missing: it was expected, and the broker knows no state of it"],
        { Condition: Condition.Silent, HeardAgo: { } ago } =>
            [$"silent: it calls itself {station.Report.Status}, but was last heard {Ago(ago)} ago"],
        { Condition: Condition.Silent } => ["silent: the broker keeps "
            + $"\"{station.Report.Status}\"{(station.Report.At is { } at ? $" of {Local(at)}" : "")}, but nothing is heard of it"],
        _ => station.Report.Reasons.Select(reason => $"{Word(station.Condition)}: {reason.Component}: {reason.Reason}")
            .DefaultIfEmpty($"{Word(station.Condition)}, without a reason"),
    };

    /// <summary>Notes about a station's models besides the running one; they are no faults of the line.</summary>
    private static IEnumerable<string> Beside(StationReport report)
    {
        if (report.Shadow is { } shadow)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"in the shadow: {shadow.Name ?? "?"}, {shadow.Parts} of {shadow.Of} parts, other verdicts on {shadow.Different}");
        }
        if (report.Refused is { } refused)
            yield return $"refused: {refused.Name ?? "?"}{(refused.At is { } at ? $" on {Local(at)}" : "")}: {refused.Reason}";
    }

    private static string Package(FleetStation station) => station.Report?.Package is { } package
        ? $"{package.Name ?? package.Hash ?? "?"}{(package.Iteration is { } iteration ? $" ({Short(iteration)})" : "")}"
        : "";

    // Custom Vision names iterations by GUIDs, which would fill a column and can be told apart by their beginning.
    private static string Short(string iteration) => Guid.TryParse(iteration, out _) ? iteration[..8] : iteration;

    private static string Heard(FleetStation station) => station.HeardAgo is { } ago ? Ago(ago) : "";

    private static string Ago(TimeSpan ago) => ago.TotalSeconds < 120
        ? string.Create(CultureInfo.InvariantCulture, $"{ago.TotalSeconds:0} s")
        : ago.TotalMinutes < 120
            ? string.Create(CultureInfo.InvariantCulture, $"{ago.TotalMinutes:0} min")
            : string.Create(CultureInfo.InvariantCulture, $"{ago.TotalHours:0} h");

    private static string Local(DateTimeOffset at) => at.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Number(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    internal static string Word(Condition condition) => condition switch
    {
        Condition.Online => "online",
        Condition.Degraded => "degraded",
        Condition.Silent => "silent",
        Condition.Offline => "offline",
        _ => "missing",
    };

    private static Color Colour(Condition condition) => condition switch
    {
        Condition.Online => Color.Green,
        Condition.Degraded => Color.Yellow,
        _ => Color.Red,
    };

    /// <param name="Name">Head of the column.</param>
    /// <param name="From">The least width of the console, in characters, that has room for the column.</param>
    /// <param name="IsNumber">True: right-aligned, never broken.</param>
    /// <param name="Value">What the column says of a station.</param>
    private sealed record Column(string Name, int From, bool IsNumber, Func<FleetStation, string> Value);
}
