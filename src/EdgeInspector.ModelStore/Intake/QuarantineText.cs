using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using EdgeInspector.ModelStore.Trials;

namespace EdgeInspector.ModelStore.Intake;

/// <summary>The text beside a refused package: written for an operator, and read again by <c>models list</c>.</summary>
internal static partial class QuarantineText
{
    private const string Refused = "This model was refused on ";
    private const string GoesOn = ". The model that ran before goes on.";

    /// <summary>Makes the text.</summary>
    /// <param name="at">When the package was refused, local time.</param>
    /// <param name="station">The station for which the package came; null: not known.</param>
    /// <param name="liesAt">Where the package lies, if it was left in its place; null: beside the text.</param>
    /// <param name="problems">Why the package was refused, a sentence each.</param>
    /// <param name="report">What the trial of the package found.</param>
    public static string Write(DateTimeOffset at, string? station, string? liesAt, IReadOnlyList<string> problems, TrialReport? report)
    {
        string forStation = station is null ? "" : $" for station {station}";
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Refused}{at:yyyy-MM-dd HH:mm:ss}{forStation}{GoesOn}\n\n");
        text.Append(liesAt is null ? "" : $"It lies at: {liesAt}\n\n");
        text.Append("Why, and what to do:\n");
        foreach (string problem in problems)
            text.Append("- ").Append(problem).Append('\n');
        if (report?.Hash is not null)
            text.Append('\n').Append(ReportText.Write(report with { Problems = [] })).Append('\n');
        return text.ToString();
    }

    /// <summary>Reads from a text, or its beginning, for which station a package came, and why it was refused.</summary>
    public static (string? Station, string Why) Read(string text)
    {
        Match station = ForStation().Match(text);
        string why = string.Join(' ', Reasons().Matches(text).Select(reason => reason.Groups[1].Value));
        return (station.Success ? station.Groups[1].Value : null, why);
    }

    [GeneratedRegex(@"\A" + Refused + @"[0-9 :-]+ for station (.+)\. The model that ran before goes on\.")]
    private static partial Regex ForStation();

    [GeneratedRegex(@"^- (.+)$", RegexOptions.Multiline)]
    private static partial Regex Reasons();
}
