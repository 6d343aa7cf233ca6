using System.Globalization;
using EdgeInspector.Printing;
using EdgeInspector.Reporting;
using Spectre.Console;

namespace EdgeInspector.Bench;

/// <summary>A benchmark's report for people.</summary>
internal static class BenchScreen
{
    public static void Show(IAnsiConsole console, BenchReport report)
    {
        BenchLoad load = report.Load;
        console.WriteLine(
            Text($"{report.Model.Name} ({report.Model.Provider}, {report.Model.Input}), frames of {load.Width}×{load.Height}, ")
            + (load.Tiles == 1 ? "" : Text($"{load.Tiles} tiles each, "))
            + Text($"{load.Stations} station{(load.Stations == 1 ? "" : "s")}, ")
            + (load.FramesPerSecond > 0 ? Text($"{load.FramesPerSecond} frames/s each") : "full pace")
            + Text(
                $", {load.Seconds:0} s; {report.Machine.Cores} cores, {report.Machine.System}, ONNX Runtime {report.Machine.OnnxRuntime}"));
        Table times = new Table().Border(TableBorder.Rounded).AddColumn("milliseconds");
        foreach (string column in new[] { "p50", "p99", "max" })
            times.AddColumn(new TableColumn(column).RightAligned());
        Row(times, "frame → signal received", report.FrameToReceivedMs);
        Row(times, "frame → signal sent", report.FrameToSentMs);
        Row(times, "  preprocessing", report.PreprocessMs);
        Row(times, "  the network's run", report.RunMs);
        Row(times, "  decoding", report.DecodeMs);
        Row(times, "  hand-over, rules, signal", report.OtherMs);
        Row(times, "bare ONNX Runtime", report.BareRunMs);
        times.AddRow(
            Terminal.Cell(report.Load.Tiles == 1 ? "received ÷ bare" : Text($"received ÷ {report.Load.Tiles} bare")),
            Number(report.RatioToBareRun.P50, "0.000"),
            Number(report.RatioToBareRun.P99, "0.000"),
            Terminal.Cell(""));
        console.Write(times);
        Table rest = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumn("").AddColumn("");
        void Line(string name, string value) => rest.AddRow(Terminal.Cell(name), Terminal.Cell(value));
        Line("parts", Text($"{report.Parts}, {report.Received} signals received, {report.Nones} without a verdict"));
        Line("throughput", Text($"{report.PartsPerSecond:0.0} parts/s")
            + (report.BareRunsPerSecond is { } bare
                ? Text($"; bare runs with the best division of threads {bare:0.0}/s, ratio {report.ThroughputToBare:0.000}")
                : ""));
        Line("processor", Text($"{report.CpuMsPerPart:0.00} ms per part"));
        Line("managed memory", Text($"{report.AllocatedBytesPerPart:0} bytes per part; ")
            + Text($"collections {report.Collections.Gen0}/{report.Collections.Gen1}/{report.Collections.Gen2} (generation 0/1/2)"));
        Line("working set", Text($"{report.WorkingSetMiB.Start:0} MiB at the start, {report.WorkingSetMiB.End:0} MiB at the end")
            + (report.WorkingSetMiB.After10000 is { } many ? Text($", {many:0} MiB after 10,000 parts") : ""));
        console.Write(rest);
    }

    private static void Row(Table table, string name, Percentiles spread) =>
        table.AddRow(Terminal.Cell(name), Number(spread.P50, "0.00"), Number(spread.P99, "0.00"), Number(spread.Max, "0.00"));

    private static Text Number(double value, string format) => new(value.ToString(format, CultureInfo.InvariantCulture));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
