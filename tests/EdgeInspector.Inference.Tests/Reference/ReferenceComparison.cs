using EdgeInspector.Inspection.Predictions;
using Microsoft.ML.OnnxRuntime;

namespace EdgeInspector.Inference.Tests.Reference;

/// <summary>
/// Compares predictions with those of the independent computation: 1e-4 on probabilities and areas of segments, 1e-3 on boxes. Inputs
/// (float32, NCHW) must agree to rounding, far less than one step of a pixel.
/// </summary>
internal static class ReferenceComparison
{
    private const float ProbabilityTolerance = 1e-4f;
    private const float BoxTolerance = 1e-3f;
    private const float AreaTolerance = 1e-4f;
    private const double InputTolerance = 1e-6;

    public static void AssertAgrees(string file, ReferenceInput expected, OrtValue actual)
    {
        Assert.Equal(expected.Shape, actual.GetTensorTypeAndShape().Shape);
        ReadOnlySpan<float> values = actual.GetTensorDataAsSpan<float>();
        int width = (int)expected.Shape[3], plane = width * (int)expected.Shape[2];
        for (int channel = 0; channel < expected.ChannelMeans.Count; channel++)
        {
            double sum = 0;
            foreach (float value in values.Slice(channel * plane, plane))
                sum += value;
            double mean = expected.ChannelMeans[channel];
            Assert.True(
                Math.Abs((sum / plane) - mean) <= InputTolerance * Math.Max(1, mean),
                $"{file}: the mean of channel {channel} is {sum / plane}, not {mean}.");
        }
        foreach (ReferenceSample sample in expected.Samples)
        {
            float value = values[(sample.Channel * plane) + (sample.Y * width) + sample.X];
            Assert.True(Math.Abs(value - sample.Value) <= InputTolerance, $"{file}: the input is {value} at {sample}.");
        }
    }

    public static void AssertAgrees(ReferenceImage image, List<Prediction> actual)
    {
        // Where the list is cut off (64 boxes, or 0.01), rounding decides which of two equals is in: only there may one be without partner.
        bool full = image.Predictions.Count > 0 && image.Predictions[0].BoundingBox is not null;
        float edge = full ? Math.Max(image.Predictions[^1].Probability, 0.01f) + ProbabilityTolerance : 0;
        List<Prediction> unmatched = [.. actual];
        foreach (ReferencePrediction expected in image.Predictions)
        {
            int index = unmatched.FindIndex(prediction => Agrees(expected, prediction));
            if (index >= 0)
                unmatched.RemoveAt(index);
            else
                Assert.True(
                    expected.Probability < edge, $"{image.File}: expected {expected}, which is not among\n{string.Join('\n', actual)}");
        }
        Assert.All(unmatched, extra => Assert.True(extra.Probability < edge, $"{image.File}: {extra} was not expected."));
        Assert.Equal(actual.OrderByDescending(prediction => prediction.Probability), actual);
    }

    private static bool Agrees(ReferencePrediction expected, Prediction actual) =>
        expected.TagName == actual.TagName && Near(expected.Probability, actual.Probability, ProbabilityTolerance) &&
        expected.MaskArea.HasValue == actual.MaskArea.HasValue && Near(expected.MaskArea ?? 0, actual.MaskArea ?? 0, AreaTolerance) &&
        (expected.BoundingBox, actual.BoundingBox) switch
        {
            (null, null) => true,
            ({ } a, { } b) => Near(a.Left, b.Left, BoxTolerance) && Near(a.Top, b.Top, BoxTolerance) &&
                Near(a.Width, b.Width, BoxTolerance) && Near(a.Height, b.Height, BoxTolerance),
            _ => false,
        };

    private static bool Near(float a, float b, float tolerance) => MathF.Abs(a - b) <= tolerance;
}
