using EdgeInspector.Inspection.Predictions;

namespace EdgeInspector.Inference.Tiling;

/// <summary>
/// Puts the boxes of overlapping tiles together: of two boxes of one tag in different tiles, of which one lies mostly within the other, the more probable one stays.
/// Keeps its memory from part to part.
/// </summary>
/// <remarks>
/// Measured is the intersection's share of the smaller box, not the usual intersection over union: a tile sees only a piece of what its border cuts, and a piece
/// lies within the whole without being like it.
/// </remarks>
internal sealed class TileMerge
{
    private const float Within = 0.5f;

    // What is less probable than so many others is noise, and comparing each with each takes time.
    private const int MostBoxes = 1024;

    private readonly List<(Prediction Prediction, int Tile)> _seen = [];

    /// <summary>Forgets the part before.</summary>
    public void Clear() => _seen.Clear();

    /// <summary>Takes in what a tile showed, in shares of the frame.</summary>
    public void Add(int tile, List<Prediction> predictions)
    {
        foreach (Prediction prediction in predictions)
            _seen.Add((prediction, tile));
    }

    /// <summary>Writes what is left, highest probability first.</summary>
    public void WriteTo(List<Prediction> predictions)
    {
        _seen.Sort(static (a, b) => b.Prediction.Probability.CompareTo(a.Prediction.Probability));
        predictions.Clear();
        int kept = 0;
        for (int i = 0; i < _seen.Count && i < MostBoxes; i++)
        {
            if (IsTold(_seen[i], kept))
                continue;
            predictions.Add(_seen[i].Prediction);
            _seen[kept++] = _seen[i];
        }
    }

    /// <summary>True when a more probable box of another tile, among the first ones, says the same.</summary>
    private bool IsTold((Prediction Prediction, int Tile) seen, int first)
    {
        (Prediction prediction, int tile) = seen;
        for (int i = 0; i < first; i++)
        {
            (Prediction other, int otherTile) = _seen[i];
            if (otherTile != tile && other.TagName == prediction.TagName && Share(other.BoundingBox!.Value, prediction.BoundingBox!.Value) > Within)
                return true;
        }
        return false;
    }

    private static float Share(in BoundingBox a, in BoundingBox b)
    {
        float width = Math.Min(a.Left + a.Width, b.Left + b.Width) - Math.Max(a.Left, b.Left);
        float height = Math.Min(a.Top + a.Height, b.Top + b.Height) - Math.Max(a.Top, b.Top);
        return width <= 0 || height <= 0 ? 0 : width * height / Math.Min(a.Area, b.Area);
    }
}
