using System.Globalization;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.Printing;
using Spectre.Console;

namespace EdgeInspector.Demo;

/// <summary>The demo on the terminal: a live table of the latest verdicts, or plain lines where there is no terminal.</summary>
internal sealed class DemoScreen(IAnsiConsole terminal, long? parts)
{
    private const int Rows = 12;
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(200);

    private Uri? _console;
    private readonly Lock _gate = new();
    private readonly Queue<ObservedVerdict> _latest = new(Rows);

    /// <summary>Takes a verdict; called on the observer's thread.</summary>
    public void Add(ObservedVerdict verdict)
    {
        lock (_gate)
        {
            if (_latest.Count == Rows)
                _latest.Dequeue();
            _latest.Enqueue(verdict);
        }
        if (!terminal.Profile.Capabilities.Interactive)
        {
            // Not through the console, whose width is only assumed without a terminal: each verdict is one line.
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{verdict.Station,-9} {verdict.Part,-14} {verdict.Truth,-18} {verdict.Verdict,-7} "
                + $"{verdict.TriggerToSignalMs,7:0.0} ms  {verdict.Why}"));
        }
    }

    /// <summary>Says where people look at the line.</summary>
    public void Invite(Uri console)
    {
        _console = console;
        if (!terminal.Profile.Capabilities.Interactive)
            Console.Out.WriteLine($"Look at the line: {console}");
    }

    /// <summary>Shows the table until <paramref name="finished"/> completes.</summary>
    public async Task ShowAsync(Func<ObservedCounts> counts, Task finished)
    {
        if (!terminal.Profile.Capabilities.Interactive)
        {
            await finished;
            return;
        }
        await terminal.Live(Draw(counts())).StartAsync(async live =>
        {
            while (!finished.IsCompleted)
            {
                await Task.WhenAny(finished, Task.Delay(Refresh));
                live.UpdateTarget(Draw(counts()));
            }
        });
        await finished;
    }

    private Rows Draw(ObservedCounts counts)
    {
        Table table = new Table().Border(TableBorder.Rounded).Expand()
            .AddColumn("station").AddColumn("part").AddColumn("truth").AddColumn("verdict")
            .AddColumn(new TableColumn("trigger → signal").RightAligned()).AddColumn("why");
        lock (_gate)
        {
            foreach (ObservedVerdict verdict in _latest.Reverse())
            {
                table.AddRow(
                    Terminal.Cell(verdict.Station),
                    Terminal.Cell(verdict.Part),
                    Terminal.Cell(verdict.Truth),
                    Terminal.Cell(verdict.Verdict, new Style(Colour(verdict))),
                    Terminal.Cell(string.Create(CultureInfo.InvariantCulture, $"{verdict.TriggerToSignalMs:0.0} ms")),
                    Terminal.Cell(verdict.Why));
            }
        }
        return new Rows(table, Terminal.Cell(Status(counts)));
    }

    private string Status(ObservedCounts counts) => string.Create(
        CultureInfo.InvariantCulture,
        $"{counts.Events}{(parts is null ? "" : $" of {parts}")} parts: {counts.Verdicts.Pass} pass, {counts.Verdicts.Reject} reject, " +
        $"{counts.Verdicts.Review} review, {counts.Verdicts.None} none · {counts.Images} images"
        + $"{(parts is null ? " · Ctrl-C ends" : "")} · look at the line: {_console}");

    private static Color Colour(ObservedVerdict verdict) => verdict switch
    {
        { IsRight: false } => Color.Yellow,
        { Verdict: VerdictWords.Pass } => Color.Green,
        _ => Color.Red,
    };

    /// <summary>Shows at the end what was counted, and whether everything arrived.</summary>
    public void Summarise(DemoReport report)
    {
        (VerdictCounts verdicts, TruthCounts truth) = (report.Verdicts, report.Truth);
        Table table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumn("").AddColumn("");
        void Row(string name, FormattableString value) =>
            table.AddRow(Terminal.Cell(name), Terminal.Cell(value.ToString(CultureInfo.InvariantCulture)));
        Row("triggers", $"{report.Triggers}");
        Row("verdicts", $"{verdicts.Pass} pass, {verdicts.Reject} reject, {verdicts.Review} review, {verdicts.None} none");
        long found = truth.TruePositive, missed = truth.FalseNegative, passed = truth.TrueNegative, notPassed = truth.FalsePositive;
        Row("against the truth", $"{found} defective found, {missed} missed; {passed} good passed, {notPassed} not passed");
        Row("signals", $"{report.Signals.Published} published, {report.Signals.Received} received");
        Row("events", $"{report.Events.Journalled} on disk, {report.Events.Delivered} delivered, {report.Events.Received} received");
        Row("images", $"{report.Images.Published} published, {report.Images.Received} received");
        Row("trigger → signal", $"{report.LatencyMs.TriggerToSignal.P50} ms median, {report.LatencyMs.TriggerToSignal.P99} ms at 99 %");
        Row("of it inference", $"{report.LatencyMs.Inference.P50} ms median, {report.LatencyMs.Inference.P99} ms at 99 %");
        terminal.Write(table);
        terminal.WriteLine(
            report.IsComplete
                ? "Every trigger got its verdict, and everything sent arrived."
                : "Incomplete: the figures above do not add up.");
    }
}
