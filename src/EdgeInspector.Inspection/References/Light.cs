using System.Numerics;

namespace EdgeInspector.Inspection.References;

/// <summary>What the light does to a whole picture: grey = look / factor + offset.</summary>
internal static class Light
{
    // With a factor beyond these limits the picture has nothing to do with the look; no light explains such a factor.
    private const float LeastGain = 0.2f, MostGain = 5;

    /// <summary>
    /// The factor and the offset that bring a picture nearest to a look: (picture - offset) × factor ≈ look, by least squares.
    /// </summary>
    /// <remarks>The size of each grid is a multiple of every vector's length.</remarks>
    /// <param name="picture">Grey levels; not a number where the picture has none.</param>
    /// <param name="look">Grey levels.</param>
    /// <param name="weights">How much each cell counts; 0: the cell does not count.</param>
    public static (float Factor, float Offset) Between(ReadOnlySpan<float> picture, ReadOnlySpan<float> look, ReadOnlySpan<float> weights)
    {
        Vector<float> s = default, p = default, l = default, ll = default, pl = default;
        for (int i = 0; i < picture.Length; i += Vector<float>.Count)
        {
            var grey = new Vector<float>(picture[i..]);
            // A NaN is equal to nothing, not even to itself.
            Vector<float> seen = Vector.Equals(grey, grey).As<int, float>();
            var weight = Vector.BitwiseAnd(new Vector<float>(weights[i..]), seen);
            grey = Vector.BitwiseAnd(grey, seen);
            var known = new Vector<float>(look[i..]);
            Vector<float> weighted = weight * known;
            s += weight;
            p += weight * grey;
            l += weighted;
            ll += weighted * known;
            pl += weighted * grey;
        }
        (double sum, double sumPicture, double sumLook) = (Vector.Sum(s), Vector.Sum(p), Vector.Sum(l));
        (double squares, double products) = (Vector.Sum(ll), Vector.Sum(pl));
        if (!(sum > 0))
            return (1, 0);
        double meanPicture = sumPicture / sum, meanLook = sumLook / sum;
        double variance = squares / sum - meanLook * meanLook, common = products / sum - meanPicture * meanLook;
        double gain = variance > 0 ? Math.Clamp(common / variance, LeastGain, MostGain) : 1;
        return ((float)(1 / gain), (float)(meanPicture - gain * meanLook));
    }
}
