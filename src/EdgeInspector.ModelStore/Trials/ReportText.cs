using System.Globalization;
using System.Text;

namespace EdgeInspector.ModelStore.Trials;

/// <summary>A trial's report as people read it: in a terminal, or in a text file beside the package.</summary>
public static class ReportText
{
    private const int MostDifferences = 20;

    /// <summary>Several lines, without one at the end.</summary>
    public static string Write(TrialReport report)
    {
        var text = new StringBuilder();
        Line(text, "package", report.Name);
        Line(text, "hash", report.Hash);
        Line(text, "iteration", report.Iteration);
        Line(text, "kind", report.Kind);
        Line(text, "input", report.Input);
        Line(text, "outputs", report.Outputs.Count == 0 ? null : string.Join(", ", report.Outputs));
        Line(text, "tags", report.Tags.Count == 0 ? null : string.Join(", ", report.Tags));
        Line(text, "preprocessing", report.Preprocessing);
        Line(text, "decoding", report.Decoder);
        if (report.Provider is not null)
        {
            Line(text, "provider", report.Provider);
            Line(text, "timing", string.Create(
                CultureInfo.InvariantCulture,
                $"loaded and warm in {report.LoadMs:0} ms; {report.PredictMs:0.0} ms a picture (one thread, beside the line)"));
            Line(text, "memory", string.Create(CultureInfo.InvariantCulture, $"{report.MemoryMiB:0} MiB"));
        }
        if (report.Golden is { } golden)
            Write(text, golden);
        foreach (string note in report.Notes)
            Line(text, "note", note);
        foreach (string problem in report.Problems)
            Line(text, "problem", problem);
        return text.ToString().TrimEnd('\n');
    }

    private static void Write(StringBuilder text, GoldenReport golden)
    {
        string compared = golden.ActiveFailed is { } active
            ? $"; the active package is wrong on {active}, and {golden.Changed} verdicts would change"
            : "";
        Line(text, "golden images", $"{golden.Images} tried, wrong on {golden.Failed}{compared}");
        foreach (GoldenDifference difference in golden.Differences.Take(MostDifferences))
        {
            string now = difference.ActiveSaw is null ? "" : $" (now {difference.ActiveSaw})";
            Line(
                text,
                difference.IsWrong ? "  wrong" : "  other",
                $"{difference.Image}: expected {difference.Expected}, "
                + $"saw {difference.Saw}{now}{(difference.Why is null ? "" : $": {difference.Why}")}");
        }
        if (golden.Differences.Count > MostDifferences)
            Line(text, "", $"and {golden.Differences.Count - MostDifferences} more");
    }

    private static void Line(StringBuilder text, string what, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            text.Append(what.PadRight(15)).Append(value).Append('\n');
    }
}
