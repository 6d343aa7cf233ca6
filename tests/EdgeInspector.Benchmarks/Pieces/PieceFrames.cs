using System.Globalization;
using EdgeInspector.Bench;

namespace EdgeInspector.Benchmarks.Pieces;

/// <summary>Pictures for the benchmarks of single pieces.</summary>
internal static class PieceFrames
{
    /// <summary>Pictures of the simulated line, of a size such as <c>1920x1200</c>.</summary>
    public static BenchFrames Of(string size)
    {
        int[] sides = [.. size.Split('x').Select(side => int.Parse(side, CultureInfo.InvariantCulture))];
        return new BenchFrames(sides[0], sides[1], seed: 50_000);
    }
}
