using System.Globalization;
using System.Text.Json.Nodes;
using EdgeInspector.Inference;
using EdgeInspector.ModelStore.Proving;
using EdgeInspector.ModelStore.Trials;
using EdgeInspector.Printing;
using Spectre.Console;

namespace EdgeInspector.Reporting;

/// <summary>A proof on standard output: a table with what it means, or JSON.</summary>
internal static class ProofReport
{
    private const int MostRows = 12;
    private const int RedirectedWidth = 200;

    public static void Write(ModelPackage package, Proof proof, bool json)
    {
        if (json)
        {
            using Stream output = Console.OpenStandardOutput();
            output.Write(TrialJson.Write(Json(package, proof)));
            output.WriteByte((byte)'\n');
            return;
        }
        // In a file or a pipe, no line may be broken over two lines.
        if (Console.IsOutputRedirected)
            Terminal.Results.Profile.Width = RedirectedWidth;
        Terminal.Results.Write(Table(proof));
        Console.Out.WriteLine($"in force: {proof.InForceWords}");
        foreach (string sentence in ProofText.Sentences(proof))
            Console.Out.WriteLine(sentence);
        if (!proof.AnotherFitsBetter || proof.Proposed is not { } proposed)
            return;
        Console.Out.WriteLine();
        Console.Out.WriteLine("For the station in the settings file, or for edgeinspector.json in the package:");
        Console.Out.WriteLine();
        Console.Out.WriteLine(ReadingBlock.Lines(ReadingBlock.Of(proposed.Reading, proof.InForce?.Reading)));
    }

    private static Table Table(Proof proof)
    {
        bool hasScores = proof.Readings.Select(score => score.Reading.Scores).Distinct().Count() > 1;
        Table table = new Table().Border(TableBorder.Rounded)
            .AddColumn("").AddColumn("colours").AddColumn("range").AddColumn("geometry");
        if (hasScores)
            table.AddColumn("numbers");
        table.AddColumn(new TableColumn("right").RightAligned()).AddColumn(new TableColumn("log-likelihood").RightAligned());
        List<ReadingScore> rows = [.. proof.Readings.Take(MostRows)];
        // The readings that the sentences mention are always in the table.
        rows.AddRange(new[] { proof.Best, proof.Proposed, proof.InForce }.OfType<ReadingScore>().Where(score => score.Problem is null
            && !rows.Contains(score)).Distinct());
        foreach (ReadingScore score in rows)
        {
            List<string> cells =
            [
                Mark(proof, score), All(score, ReadingWords.Colours), ReadingWords.Values(score.Reading), All(score, ReadingWords.Geometry),
                .. hasScores ? [ReadingWords.Scores(score.Reading)] : (string[])[],
                $"{score.Right} of {proof.Pictures}", score.MeanLogLikelihood.ToString("0.000", CultureInfo.InvariantCulture),
            ];
            Style style = score == proof.InForce ? new Style(decoration: Decoration.Bold) : Style.Plain;
            table.AddRow(cells.Select(cell => Terminal.Cell(cell, style)));
        }
        int left = proof.Readings.Count - rows.Count;
        if (left > 0)
            table.Caption($"and {left} more that fit worse");
        return table;
    }

    private static string Mark(Proof proof, ReadingScore score)
    {
        List<string> marks = [];
        if (score == proof.Best)
            marks.Add("best");
        if (proof.AnotherFitsBetter && score == proof.Proposed && proof.Proposed != proof.Best)
            marks.Add("to take");
        if (score == proof.InForce)
            marks.Add("in force");
        return string.Join(", ", marks);
    }

    /// <summary>Joins readings that give the same result on these pictures.</summary>
    private static string All(ReadingScore score, Func<NetworkReading, string> word) =>
        string.Join(" = ", score.Alike.Prepend(score.Reading).Select(word).Distinct());

    private static JsonObject Json(ModelPackage package, Proof proof) => new()
    {
        ["package"] = package.Hash,
        ["name"] = package.Name,
        ["pictures"] = proof.Pictures,
        ["unreadable"] = new JsonArray(
            [.. proof.Unreadable.Select(one => new JsonObject { ["image"] = one.Picture.Name, ["error"] = one.Problem })]),
        ["inForce"] = proof.InForceWords,
        ["anotherFitsBetter"] = proof.AnotherFitsBetter,
        ["sentences"] = new JsonArray([.. ProofText.Sentences(proof).Select(sentence => JsonValue.Create(sentence))]),
        ["readings"] = new JsonArray([.. proof.Readings.Select(score => Json(proof, score))]),
        ["difference"] = proof.Difference is not { } difference ? null : new JsonObject
        {
            ["rightMore"] = difference.RightMore,
            ["rightLess"] = difference.RightLess,
            ["chanceOfRight"] = difference.ChanceOfRight,
            ["likelierOn"] = difference.LikelierOn,
            ["lessLikelyOn"] = difference.LessLikelyOn,
            ["chanceOfLikelier"] = difference.ChanceOfLikelier,
        },
        ["settings"] = proof is { AnotherFitsBetter: true, Proposed: { } proposed }
            ? ReadingBlock.Of(proposed.Reading, proof.InForce?.Reading)
            : null,
    };

    private static JsonObject Json(Proof proof, ReadingScore score) => new()
    {
        ["reading"] = ReadingWords.Of(score.Reading),
        ["right"] = score.Right,
        ["meanLogLikelihood"] = Math.Round(score.MeanLogLikelihood, 6),
        ["isInForce"] = score == proof.InForce,
        ["isBest"] = score == proof.Best,
        ["settings"] = ReadingBlock.Of(score.Reading, null),
    };
}
