using EdgeInspector.Inference;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.ModelStore.Proving;
using EdgeInspector.ModelStore.Trials;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.ModelStore.Tests.Proving;

public sealed class ProverTests(ProvingBench bench)
{
    [Theory]
    [InlineData("part-classifier", 4, 20)]
    [InlineData("part-detector", 3, 8)] // readings that find nothing can't be told apart
    public void Of_a_shipped_model_no_reading_fits_better_than_the_one_in_force(string package, int limit, int differentReadings)
    {
        Proof proof = bench.Prove(ProvingBench.Shipped(package), limit);
        Assert.False(proof.AnotherFitsBetter);
        int right = proof.InForce!.Right;
        Assert.True(right >= proof.Pictures * 3 / 4.0, $"The reading in force is right on {right} of {proof.Pictures}.");
        Assert.True(proof.Readings.Count >= differentReadings, $"Only {proof.Readings.Count} readings were told apart.");
    }

    [Fact]
    public void A_package_whose_metadata_lie_about_range_and_order_is_found_out_with_ten_pictures_of_each_tag()
    {
        Proof proof = bench.Prove(bench.LyingPackage(), 10);
        Assert.Equal(30, proof.Pictures);
        Assert.Contains("colours BGR, range 0..255, mean [0, 0, 0], deviation [1, 1, 1]", proof.InForceWords, StringComparison.Ordinal);
        Assert.True(proof.AnotherFitsBetter && proof.BeatsGuessing);
        // Geometries that chance can't tell apart are left as they are.
        PreprocessingOptions best = proof.Proposed!.Reading.Preprocessing;
        Assert.Equal(CropMethod.FullImageShorterSide, best.Crop);
        Assert.Equal((ColourOrder.Rgb, ValueRange.ZeroToOne), (best.ColourOrder!.Value, best.Range!.Value));
        Assert.All(best.Mean!, number => Assert.Equal(0, number));
        Assert.True(proof.Best!.Right >= 28 && proof.InForce!.Right < 20, $"{proof.Best.Right} and {proof.InForce!.Right} are right.");
        Assert.Contains("more than chance (p < 0.001)", ProofText.Sentences(proof).First(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_few_pictures_prove_nothing_and_the_text_says_how_many_are_needed()
    {
        Proof proof = bench.Prove(bench.LyingPackage(), 1);
        Assert.False(proof.AnotherFitsBetter);
        Assert.Contains(
            ProofText.Sentences(proof),
            sentence => sentence.StartsWith("3 pictures can't tell so many readings apart", StringComparison.Ordinal));
    }

    [Fact]
    public void A_trial_whose_golden_images_fit_another_reading_says_so()
    {
        TrialReport report = new Trial(ProvingBench.Read, NullLogger.Instance).Run(
            new TrialRequest
            {
                Package = bench.LyingPackage(),
                Rules = new RuleOptions(),
                Golden = new GoldenOptions { Folder = Golden() },
                TimeLimit = TimeSpan.FromHours(1)
            },
            TestContext.Current.CancellationToken);
        string problem = Assert.Single(report.Problems);
        Assert.StartsWith("It is wrong on", problem, StringComparison.Ordinal);
        Assert.Contains("The golden images fit another reading", problem, StringComparison.Ordinal);
        Assert.Contains("\"ColourOrder\": \"Rgb\"", problem, StringComparison.Ordinal);
        Assert.Contains("\"Range\": \"ZeroToOne\"", problem, StringComparison.Ordinal);
        // What it recommends mends it.
        TrialReport mended = new Trial(ProvingBench.Read, NullLogger.Instance).Run(
            new TrialRequest
            {
                Package = bench.LyingPackage(),
                Rules = new RuleOptions(),
                Golden = new GoldenOptions { Folder = Golden() },
                Preprocessing = new PreprocessingOptions { ColourOrder = ColourOrder.Rgb, Range = ValueRange.ZeroToOne },
            },
            TestContext.Current.CancellationToken);
        Assert.Empty(mended.Problems);
    }

    [Fact]
    public void A_trial_that_has_no_time_left_is_refused_without_the_search()
    {
        TrialReport report = new Trial(ProvingBench.Read, NullLogger.Instance).Run(
            new TrialRequest
            {
                Package = bench.LyingPackage(),
                Rules = new RuleOptions(),
                Golden = new GoldenOptions { Folder = Golden() },
                TimeLimit = TimeSpan.FromMilliseconds(1)
            },
            TestContext.Current.CancellationToken);
        Assert.DoesNotContain("another reading", Assert.Single(report.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_package_with_metadata_that_nobody_knows_is_proved_all_the_same()
    {
        string folder = bench.Changed("unknown", "CustomVision.Preprocess.ResizeMethod", "BySomethingNew");
        Proof proof = bench.Prove(folder, 4);
        Assert.Null(proof.InForce);
        Assert.Contains("BySomethingNew", proof.InForceWords, StringComparison.Ordinal);
        Assert.True(proof.AnotherFitsBetter);
        Assert.Equal("RGB, 0..1", ReadingWords.Of(proof.Best!.Reading)[..9]);
    }

    /// <summary>The same pictures in the folders of golden images.</summary>
    private string Golden()
    {
        string golden = Path.Combine(bench.Pictures, "..", "golden");
        foreach (string tag in Directory.EnumerateDirectories(bench.Pictures).Select(Path.GetFileName).OfType<string>())
        {
            string to = Path.Combine(golden, tag == "ok" ? "pass" : $"reject/{tag}");
            Directory.CreateDirectory(to);
            foreach (string file in Directory.EnumerateFiles(Path.Combine(bench.Pictures, tag)).Order(StringComparer.Ordinal).Take(8))
                File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        }
        return golden;
    }
}
