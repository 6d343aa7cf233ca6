namespace EdgeInspector.Inference.Decoding;

/// <summary>The logistic function, 1 / (1 + e^-x): makes a probability of a logit.</summary>
internal static class Logistic
{
    public static float Of(float value) => 1 / (1 + MathF.Exp(-value));
}
