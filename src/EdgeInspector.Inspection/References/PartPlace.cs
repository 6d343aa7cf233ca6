namespace EdgeInspector.Inspection.References;

/// <summary>Where a part lies, compared with the parts of the reference.</summary>
/// <param name="X">How far the part is shifted to the right, in pixels of the picture.</param>
/// <param name="Y">How far the part is shifted down, in pixels of the picture.</param>
/// <param name="Degrees">How far the part is turned clockwise about the picture's centre.</param>
public readonly record struct PartPlace(double X, double Y, double Degrees)
{
    /// <summary>How far the part is shifted, in pixels.</summary>
    public double Distance => Math.Sqrt(X * X + Y * Y);
}
