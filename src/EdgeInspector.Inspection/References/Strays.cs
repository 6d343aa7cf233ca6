using System.Globalization;

namespace EdgeInspector.Inspection.References;

/// <summary>
/// Finds vouched-for parts that measure other than the rest, so that one bad picture does not loosen the limits for good.
/// </summary>
/// <remarks>
/// A part strays when its distance from the median is more than three times the distance within which four in five parts stay; with few
/// parts the limit is somewhat wider. With a normal or an even distribution hardly any part is lost that way. A measure of the picture
/// itself must also be within six deviations, which are estimated by the median of all distances, so that strays are found even if half of
/// the parts are wrong. A place is estimated. The estimates for a part that looks almost the same at several places, such as a disc that
/// may be turned, have a long tail, which the six deviations would cut off. In any case a part may lie as far off as the least margins of
/// <see cref="ReferenceLimits"/>, however alike the others are.
/// </remarks>
internal static class Strays
{
    private const double Deviations = 6, Reaches = 3;

    // Factor from the median of absolute deviations to the standard deviation of a normal distribution.
    private const double Normal = 1.4826;

    // A few parts give an uncertain spread.
    private const double Few = 5;

    // In a part that does not belong to the others a larger share than this is different; in a part that belongs, less than half a per
    // cent.
    private const double DoesNotBelong = 0.03;

    /// <summary>The parts that stray, each with the first measure in which it strays.</summary>
    /// <param name="parts">All parts.</param>
    /// <param name="places">Where each part lies.</param>
    /// <param name="different">Which share of each part looks different from the parts' median.</param>
    /// <param name="width">Pixels in a row of their pictures.</param>
    public static Dictionary<SeenPart, string> Of(IReadOnlyList<SeenPart> parts, PartPlace[] places, double[] different, int width)
    {
        double[] brightness = [.. parts.Select(part => part.Brightness)], contrast = [.. parts.Select(part => part.Contrast)];
        double[] sharpness = [.. parts.Select(part => part.Sharpness)];
        double shift = ReferenceLimits.LeastShift * width;
        Measure[] measures =
        [
            new(
                "share that looks different", "0.0%", "", different, Uncertain(parts.Count) * ReferenceLimits.LeastDifferent,
                IsEstimate: true, DoesNotBelong),
            new("brightness", "0.000", "", brightness, ReferenceLimits.LeastBrightness * Median(brightness)),
            new("contrast", "0.000", "", contrast, ReferenceLimits.LeastContrast * Median(contrast)),
            new("sharpness", "0.0", "", sharpness, ReferenceLimits.LeastSharpness * Median(sharpness)),
            new("place", "0", " pixels to the right", [.. places.Select(place => place.X)], shift, IsEstimate: true),
            new("place", "0", " pixels down", [.. places.Select(place => place.Y)], shift, IsEstimate: true),
            new("turn", "0.0", " degrees", [.. places.Select(place => place.Degrees)], ReferenceLimits.LeastTurn, IsEstimate: true),
        ];
        var found = new Dictionary<SeenPart, string>(ReferenceEqualityComparer.Instance);
        foreach (Measure measure in measures)
        {
            foreach (int part in measure.Strays())
                found.TryAdd(parts[part], measure.Words(part));
        }
        return found;
    }

    private static double Uncertain(int parts) => 1 + Few / parts;

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    /// <param name="Name">What is measured.</param>
    /// <param name="Format">Format of the values.</param>
    /// <param name="Unit">What follows each value.</param>
    /// <param name="Values">What each part measures.</param>
    /// <param name="Least">A part may always lie this far from the median, however alike the others are.</param>
    /// <param name="IsEstimate">True when the distribution may have a long tail.</param>
    /// <param name="Most">The farthest that a part may lie from the median, however much the parts differ.</param>
    private sealed record Measure(
        string Name,
        string Format,
        string Unit,
        double[] Values,
        double Least,
        bool IsEstimate = false,
        double Most = double.PositiveInfinity)
    {
        private double _centre, _reach;

        public IEnumerable<int> Strays()
        {
            _centre = Median(Values);
            double[] distances = [.. Values.Select(value => Math.Abs(value - _centre)).Order()];
            double reach = Reaches * distances[(4 * distances.Length + 4) / 5 - 1];
            if (!IsEstimate)
                reach = Math.Min(reach, Deviations * Normal * distances[distances.Length / 2]);
            _reach = Math.Min(Most, Math.Max(Least, Uncertain(distances.Length) * reach));
            return Enumerable.Range(0, Values.Length).Where(part => !IsNear(Values[part]));
        }

        public string Words(int part)
        {
            double[] others = [.. Values.Where(IsNear)];
            return $"{Name} {Text(Values[part])}{Unit}, the others {Text(others.Min())} to {Text(others.Max())}";
        }

        private bool IsNear(double value) => Math.Abs(value - _centre) <= _reach;

        private string Text(double value) => value.ToString(Format, CultureInfo.InvariantCulture);
    }
}
