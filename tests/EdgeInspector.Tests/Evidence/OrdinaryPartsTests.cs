using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.SimulatedLine;
using OpenCvSharp;

namespace EdgeInspector.Tests.Evidence;

/// <summary>What the look at the picture costs ordinary parts, good and bad, of lines that nothing was learnt from.</summary>
public sealed class OrdinaryPartsTests
{
    private const int FirstSeed = 33_000, Lines = 10;

    private static readonly string[] Models = ["part-classifier", "part-detector"];

    [Fact]
    public void Ordinary_parts_get_the_verdicts_that_they_would_get_without_a_look_at_the_picture() => Judge(24, mayGetNone: 0);

    /// <summary>Long; runs only when asked for by name.</summary>
    [Fact(Explicit = true)]
    public void Of_5000_ordinary_parts_at_most_one_in_1000_gets_none_because_of_its_picture_and_the_other_verdicts_stay() =>
        Judge(5000, mayGetNone: 5);

    private static void Judge(int parts, int mayGetNone)
    {
        using var renderer = new PartRenderer();
        using var picture = new Mat();
        int bad = 0;
        foreach (Pair pair in (Pair[])[.. Models.Select(model => new Pair(model))])
        {
            using Pair one = pair;
            bad = 0;
            for (int i = 0; i < parts; i++)
            {
                SimulatedPart part = new PartLine(FirstSeed + i % Lines).Part(i / Lines);
                bad += part.IsGood ? 0 : 1;
                renderer.Render(part, picture);
                one.Judge(part, picture);
            }
            Console.WriteLine($"{one.Gated.Model}: {parts} ordinary parts of {Lines} lines, {bad} of them bad: {one}");
            Assert.True(one.Others.Count == 0, string.Join('\n', one.Others));
            Assert.True(one.Nones.Count <= mayGetNone, string.Join('\n', one.Nones));
        }
    }

    /// <summary>A station that looks at pictures, and one with the same model that does not.</summary>
    private sealed class Pair(string model) : IDisposable
    {
        private readonly JudgingStation _blind = new(model, PictureOptions.Off);
        private readonly Dictionary<VerdictKind, int> _verdicts = [];

        public JudgingStation Gated { get; } = new(model, reference: SimulatedReference.Learnt);

        /// <summary>Parts that got none because of their pictures, and why.</summary>
        public List<string> Nones { get; } = [];

        /// <summary>Parts that got another verdict.</summary>
        public List<string> Others { get; } = [];

        public void Judge(SimulatedPart part, Mat picture)
        {
            InspectedPart gated = Gated.Inspect(picture), blind = _blind.Inspect(picture);
            _verdicts[gated.Verdict.Kind] = _verdicts.GetValueOrDefault(gated.Verdict.Kind) + 1;
            if (gated.Verdict is { Kind: VerdictKind.None, Reason: NoneReason.Picture })
                Nones.Add($"{part.Id} ({part.Tag}): {gated.Verdict.Rule}");
            else if ((gated.Verdict.Kind, gated.Verdict.Tag, gated.Verdict.Rule) != (
                blind.Verdict.Kind, blind.Verdict.Tag, blind.Verdict.Rule))
                Others.Add($"{part.Id} ({part.Tag}): {gated.Verdict} in place of {blind.Verdict}");
        }

        public override string ToString() =>
            $"{string.Join(", ", _verdicts.OrderBy(one => one.Key).Select(one => $"{one.Value} {one.Key}"))}; "
            + $"none because of the picture {Nones.Count}, another verdict than without the look {Others.Count}";

        public void Dispose()
        {
            Gated.Dispose();
            _blind.Dispose();
        }
    }
}
