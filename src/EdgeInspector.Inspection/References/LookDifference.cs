using System.Numerics;

namespace EdgeInspector.Inspection.References;

/// <summary>
/// Which share of a picture looks other than good parts do. Holds scratch memory; not thread-safe. Allocates nothing after it is made.
/// </summary>
/// <remarks>
/// A cell is different when it lies further from the mean of good parts than <see cref="Beyond"/> of its deviations, after the light of the
/// whole picture is taken out; the light is found without the cells that are different. Measured on the simulated line: at most 0.2 % of a
/// part's picture is different, be it good or bad (a missing clip makes 0.18 %); 2.6 % of a bare plate is different, 5 % and more of a part
/// that is turned by 180°, 20 % and more of a part that is cut off or turned by 90°, and 40 % of an empty conveyor.
/// </remarks>
internal sealed class LookDifference
{
    /// <summary>Deviations beyond which a cell is different.</summary>
    public const float Beyond = 4;

    // Cells nearer than that tell what the light does.
    private const float Near = 3;

    private readonly float[] _look, _certainty, _all, _near;

    /// <param name="look">Mean grey of each cell.</param>
    /// <param name="deviations">How much each cell differs among good parts, in grey levels.</param>
    public LookDifference(ReadOnlySpan<float> look, ReadOnlySpan<float> deviations)
    {
        _look = look.ToArray();
        _certainty = new float[look.Length];
        (_all, _near) = (new float[look.Length], new float[look.Length]);
        for (int i = 0; i < look.Length; i++)
        {
            _certainty[i] = 1 / (deviations[i] + LookPlacer.LeastDeviation);
            _all[i] = _certainty[i] * _certainty[i];
        }
    }

    /// <summary>The share of a picture that is different, 0..1; 1 for a picture that does not overlap the look.</summary>
    /// <param name="laid">The picture laid over the look; not a number where the picture has nothing.</param>
    public double Of(ReadOnlySpan<float> laid)
    {
        (float factor, float offset) = LightOf(laid);
        Vector<int> seen = default, different = default;
        for (int i = 0; i < _look.Length; i += Vector<float>.Count)
        {
            Vector<float> deviations = Deviations(laid[i..], i, factor, offset);
            // A NaN counts neither as seen nor as different.
            seen -= Vector.Equals(deviations, deviations);
            different -= Vector.GreaterThan(deviations, new Vector<float>(Beyond));
        }
        int cells = Vector.Sum(seen);
        return cells == 0 ? 1 : (double)Vector.Sum(different) / cells;
    }

    /// <summary>By how many deviations cells are different; not a number where the picture has nothing.</summary>
    private Vector<float> Deviations(ReadOnlySpan<float> laid, int at, float factor, float offset) =>
        Vector.Abs((new Vector<float>(laid) - new Vector<float>(offset)) * factor - new Vector<float>(_look, at))
        * new Vector<float>(_certainty, at);

    /// <summary>What the light does to a picture: (grey - offset) × factor ≈ look.</summary>
    public (float Factor, float Offset) LightOf(ReadOnlySpan<float> laid)
    {
        (float factor, float offset) = Light.Between(laid, _look, _all);
        for (int i = 0; i < _look.Length; i += Vector<float>.Count)
        {
            Vector<int> near = Vector.LessThanOrEqual(Deviations(laid[i..], i, factor, offset), new Vector<float>(Near));
            Vector.BitwiseAnd(new Vector<float>(_all, i), near.As<int, float>()).CopyTo(_near, i);
        }
        return Light.Between(laid, _look, _near);
    }
}
