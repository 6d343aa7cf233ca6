namespace EdgeInspector.Reporting;

/// <summary>Milliseconds: the median, the value below or at which 99 % stay, and the largest.</summary>
internal sealed record Percentiles(double P50, double P99, double Max)
{
    /// <summary>Computed by the nearest rank, in microseconds; zero without values.</summary>
    public static Percentiles Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? new Percentiles(0, 0, 0) : new Percentiles(At(0.50), At(0.99), At(1));

        double At(double share) => Math.Round(sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)], 3);
    }
}
