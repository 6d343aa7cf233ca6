namespace EdgeInspector.Inspection.Predictions;

/// <summary>
/// A rectangle on the frame; every value is a share of the frame's width or height, 0..1, measured from the top left corner.
/// </summary>
public readonly record struct BoundingBox(float Left, float Top, float Width, float Height)
{
    /// <summary>Share of the frame's area that the box covers, 0..1.</summary>
    public float Area => Width * Height;
}
