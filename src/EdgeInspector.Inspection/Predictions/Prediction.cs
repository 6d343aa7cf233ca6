namespace EdgeInspector.Inspection.Predictions;

/// <summary>What a model says about a frame.</summary>
/// <param name="TagName">The tag, as the model's labels spell it.</param>
/// <param name="Probability">0..1.</param>
/// <param name="BoundingBox">Where the thing is, for a detector; null for a classifier.</param>
/// <param name="MaskArea">Share of the frame's area that the thing itself covers, 0..1, where the model segments; null where it gives boxes
/// alone.</param>
public readonly record struct Prediction(string TagName, float Probability, BoundingBox? BoundingBox = null, float? MaskArea = null)
{
    /// <summary>
    /// Share of the frame's area: the area of the mask, else of the box; 1 for a classifier, whose predictions concern the whole picture.
    /// </summary>
    public float Area => MaskArea ?? BoundingBox?.Area ?? 1;
}
