using System.Diagnostics;
using EdgeInspector.Inference;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.ModelStore.Proving;

namespace EdgeInspector.ModelStore.Trials;

/// <summary>
/// Whether golden images that got a wrong verdict fit another reading of the package better: then the network was not trained badly, but is
/// fed wrongly. Asked only after wrong verdicts, and bounded in time: some pictures of each kind, no more than can be looked at in half of
/// the trial's remaining time.
/// </summary>
/// <param name="readPicture">Reads golden images.</param>
internal sealed class GoldenProof(ReadPicture readPicture)
{
    private const int MostOfEach = 20;

    // Two orders of colours, five ranges, five geometries: a few of the combinations are usually the same.
    private const int Readings = 50;

    // The limit where the trial itself has none.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Which reading fits better, in sentences; null: none does, or time does not suffice to tell.</summary>
    /// <param name="package">The package.</param>
    /// <param name="request">How the station runs it.</param>
    /// <param name="generation">The package in the reading in force.</param>
    /// <param name="golden">The golden images.</param>
    /// <param name="predictMs">How long one prediction takes.</param>
    /// <param name="start">When the trial began.</param>
    /// <param name="stop">Ends the proof between two pictures.</param>
    public string? Run(
        ModelPackage package, TrialRequest request, OnnxGeneration generation, IReadOnlyList<GoldenImage> golden, double predictMs,
        long start, CancellationToken stop)
    {
        var truth = new PackageTruth(generation.Model, request.Rules);
        TimeSpan left = request.TimeLimit is { } limit ? (limit - Stopwatch.GetElapsedTime(start)) / 2 : Longest;
        int affordable = (int)(left.TotalMilliseconds / Readings / Math.Max(1, predictMs));
        List<LabelledPicture>[] groups =
        [
            .. golden.Select(image => Labelled(image, truth)).OfType<LabelledPicture>()
                .GroupBy(picture => picture.Group).Select(group => group.ToList()),
        ];
        List<LabelledPicture> pictures = [.. LabelledFolder.InTurn(groups, MostOfEach, []).Take(Math.Max(0, affordable))];
        if (pictures.Count == 0)
            return null;
        return ProofText.ForReport(new Prover(readPicture).Run(package, request, truth, pictures, _ => { }, stop));
    }

    private static LabelledPicture? Labelled(GoldenImage image, PackageTruth truth)
    {
        IReadOnlyList<string>? tags = image.Expected switch
        {
            VerdictKind.Pass => truth.PassTags,
            VerdictKind.Reject when image.Tag is null => truth.Defects,
            VerdictKind.Reject when truth.IndexOf(image.Tag) >= 0 => [image.Tag],
            _ => null,
        };
        return tags is null ? null : new LabelledPicture(image.Path, image.Name, $"{image.Expected} {image.Tag}", tags);
    }
}
