using EdgeInspector.Benchmarks.References;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.SimulatedLine;
using OpenCvSharp;

namespace EdgeInspector.Tests.Evidence;

/// <summary>Pictures that are no evidence of a good part, shown to real stations.</summary>
public sealed class WrongPicturesTests
{
    private const int Seed = 31_002;

    private static readonly string[] Models = ["part-classifier", "part-detector"];

    // What is noticed from the first part on, without a reference.
    private static readonly string[] Absolute = ["black", "white", "flat grey", "dark noise", "12 bits read as 16"];

    [Fact]
    public void No_wrong_picture_passes_once_a_reference_was_learnt_and_what_shows_nothing_never_does() => Show(3);

    /// <summary>Long; runs only when asked for by name.</summary>
    [Fact(Explicit = true)]
    public void Of_2000_wrong_pictures_none_passes_once_a_reference_was_learnt_and_what_shows_nothing_never_does() => Show(167);

    private static void Show(int each)
    {
        using var renderer = new PartRenderer();
        using var picture = new Mat();
        JudgingStation[] stations =
        [
            .. Models.SelectMany(model => (JudgingStation[])[new(model), new(model, reference: SimulatedReference.Learnt)]),
        ];
        var line = new PartLine(Seed);
        Console.WriteLine(
            $"pass of {each} pictures each: {string.Join(", ", Models.Select(model => $"{model} without a reference, with one"))}");
        int shown = 0;
        var broken = new List<string>();
        foreach ((string name, Action<Mat, PartRenderer, int> make) in BadPictures.All)
        {
            int[] passed = new int[stations.Length];
            for (int i = 0; i < each; i++, shown++)
            {
                renderer.Render(line.Part(i), picture);
                make(picture, renderer, i);
                for (int s = 0; s < stations.Length; s++)
                    passed[s] += stations[s].Inspect(picture).Verdict.Kind == VerdictKind.Pass ? 1 : 0;
            }
            Console.WriteLine($"  {name,-22} {string.Join("  ", passed.Select(count => $"{count,4}"))}");
            if (passed[1] + passed[3] > 0 || (Absolute.Contains(name) && passed[0] + passed[2] > 0))
                broken.Add(name);
        }
        Console.WriteLine($"  {shown} pictures to each of {stations.Length} stations");
        foreach (JudgingStation station in stations)
            station.Dispose();
        Assert.Empty(broken);
    }
}
