namespace EdgeInspector.Inspection.Predictions;

/// <summary>Where the time of one prediction went.</summary>
/// <param name="Preprocess">From the frame to the input tensor.</param>
/// <param name="Run">The engine's own run on the tensor.</param>
/// <param name="Decode">From the output tensors to predictions.</param>
public readonly record struct PredictionTiming(TimeSpan Preprocess, TimeSpan Run, TimeSpan Decode)
{
    /// <summary>All three together.</summary>
    public TimeSpan Total => Preprocess + Run + Decode;

    /// <summary>The time of this prediction and another of the same part.</summary>
    public PredictionTiming With(in PredictionTiming other) => new(Preprocess + other.Preprocess, Run + other.Run, Decode + other.Decode);
}
