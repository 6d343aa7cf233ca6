using EdgeInspector.Inference.Decoding;
using EdgeInspector.Inspection.Predictions;
using FsCheck;
using FsCheck.Fluent;

namespace EdgeInspector.Inference.Tests.Decoding;

public sealed class DecoderFuzzTests
{
    private static readonly string[] Tags = ["a", "b", "c"];

    /// <summary>Numbers as networks give them, and as only broken ones do.</summary>
    private static readonly Gen<float> Values = Gen.Frequency(
        (20, Gen.Choose(-600, 600).Select(value => value / 100f)),
        (2, Gen.Elements(0f, -0f, 1f, 1e-30f, 1e30f, -1e30f, float.MaxValue, float.MinValue, 88.9f, -104f)),
        (1, Gen.Elements(float.NaN, float.PositiveInfinity, float.NegativeInfinity)));

    private static readonly Gen<float> FiniteValues = Values.Where(float.IsFinite);

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void A_grid_never_yields_an_impossible_prediction(bool across, bool logistic)
    {
        var options = new DetectorOptions { SuppressAcrossTags = across, LogisticCentre = logistic };
        var decoder = new GridDecoder("grid", Tags, GridDecoder.DefaultAnchors, 0.45f, options);
        Prop.ForAll(FiniteValues.ArrayOf(5 * 8 * 6).ToArbitrary(), grid =>
        {
            List<Prediction> predictions = [];
            decoder.Decode(grid, 2, 3, predictions);
            Assert.True(predictions.Count <= 64);
            Assert.All(predictions, AssertPossible);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Corner_boxes_never_yield_an_impossible_prediction()
    {
        var decoder = new CornerBoxDecoder(Tags, new DetectorOptions());
        Gen<(float[] Boxes, float[] Classes, float[] Scores)> outputs =
            from boxes in FiniteValues.ArrayOf(16)
            from classes in FiniteValues.ArrayOf(4)
            from scores in FiniteValues.ArrayOf(4)
            select (boxes, classes, scores);
        Prop.ForAll(outputs.ToArbitrary(), output =>
        {
            List<Prediction> predictions = [];
            try
            {
                decoder.Decode(output.Boxes, output.Classes, output.Scores, predictions);
            }
            catch (PredictionException)
            {
                // An unknown class, or a score that is none: a fault that gives no verdict, which is right.
            }
            Assert.All(predictions, AssertPossible);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Probabilities_are_told_or_refused_but_never_invented()
    {
        var decoder = new ProbabilityDecoder("p", Tags);
        Prop.ForAll(Values.ArrayOf(3).ToArbitrary(), values =>
        {
            List<Prediction> predictions = [];
            try
            {
                decoder.Decode(values, predictions);
            }
            catch (PredictionException)
            {
                Assert.Contains(values, value => value is not (>= 0 and <= 1));
                return;
            }
            Assert.All(predictions, AssertPossible);
            Assert.Equal(Tags, predictions.Select(prediction => prediction.TagName));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_number_that_is_none_is_a_fault_and_not_a_part_without_defects(float bad)
    {
        float[] values = new float[100];
        OutputFloats.RequireFinite(values, "grid");
        values[57] = bad;
        Assert.Contains(
            "'grid'",
            Assert.Throws<PredictionException>(() => OutputFloats.RequireFinite(values, "grid")).Message,
            StringComparison.Ordinal);
        Array.Fill(values, float.MaxValue);
        OutputFloats.RequireFinite(values, "grid");
    }

    private static void AssertPossible(Prediction prediction)
    {
        Assert.InRange(prediction.Probability, 0, 1);
        if (prediction.BoundingBox is { } box)
        {
            Assert.InRange(box.Left, 0, 1);
            Assert.InRange(box.Top, 0, 1);
            Assert.InRange(box.Width, 0, 1);
            Assert.InRange(box.Height, 0, 1);
            Assert.InRange(box.Left + box.Width, 0, 1.000001f);
            Assert.InRange(box.Top + box.Height, 0, 1.000001f);
        }
    }
}
