namespace EdgeInspector.Inspection.References;

/// <summary>How a measure differs among good parts.</summary>
/// <param name="Mean">Mean of the measure.</param>
/// <param name="Deviation">Standard deviation of the measure.</param>
/// <param name="Least">The least that was seen.</param>
/// <param name="Most">The most that was seen.</param>
public readonly record struct Spread(double Mean, double Deviation, double Least, double Most)
{
    /// <summary>The spread of some values, at least one.</summary>
    public static Spread Of(IReadOnlyCollection<double> values)
    {
        double mean = values.Average();
        double squares = values.Sum(value => (value - mean) * (value - mean));
        return new Spread(mean, Math.Sqrt(squares / Math.Max(1, values.Count - 1)), values.Min(), values.Max());
    }
}
