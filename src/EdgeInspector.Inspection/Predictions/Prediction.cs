namespace EdgeInspector.Inspection.Predictions;

/// <summary>What a model says about a frame.</summary>
/// <param name="TagName">The tag, as the model's labels spell it.</param>
/// <param name="Probability">0..1.</param>
/// <param name="BoundingBox">Where, for a detector; null for a classifier.</param>
public readonly record struct Prediction(string TagName, float Probability, BoundingBox? BoundingBox = null);
