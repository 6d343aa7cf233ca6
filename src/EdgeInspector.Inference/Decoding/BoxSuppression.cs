namespace EdgeInspector.Inference.Decoding;

/// <summary>A box that a detector proposes.</summary>
/// <param name="Box">Where the box lies; shares of the network's picture.</param>
/// <param name="Tag">Index of the box's tag.</param>
/// <param name="Probability">0..1.</param>
/// <param name="Place">Where the box stands in the network's output, so that other numbers of the box can be read there.</param>
internal readonly record struct CandidateBox(Corners Box, int Tag, float Probability, int Place);

/// <summary>
/// Of boxes that overlap too much, keeps the most probable one (greedy non-maximum suppression). Keeps its memory from part to part. One
/// caller at a time.
/// </summary>
/// <param name="overlap">Intersection over union above which the weaker box is dropped, 0..1.</param>
/// <param name="acrossTags">True: drops the weaker box also when the boxes have different tags.</param>
/// <param name="most">The most boxes kept, strongest first.</param>
internal sealed class BoxSuppression(float overlap, bool acrossTags, int most)
{
    private readonly List<CandidateBox> _candidates = new(256);
    private readonly List<CandidateBox> _kept = [];

    public void Clear() => _candidates.Clear();

    public void Add(in CandidateBox candidate) => _candidates.Add(candidate);

    /// <summary>The boxes that stay, strongest first; valid until the next call.</summary>
    public List<CandidateBox> Keep()
    {
        _candidates.Sort(StrongestFirst);
        _kept.Clear();
        foreach (CandidateBox candidate in _candidates)
        {
            if (_kept.Count == most)
                break;
            if (!IsSuppressed(candidate))
                _kept.Add(candidate);
        }
        return _kept;
    }

    private bool IsSuppressed(in CandidateBox candidate)
    {
        foreach (CandidateBox stronger in _kept)
        {
            if ((acrossTags || stronger.Tag == candidate.Tag) && candidate.Box.Overlap(stronger.Box) > overlap)
                return true;
        }
        return false;
    }

    // Equally probable boxes stay in the order of the network's output.
    private static readonly Comparison<CandidateBox> StrongestFirst = (a, b) =>
        a.Probability != b.Probability ? b.Probability.CompareTo(a.Probability)
        : a.Place != b.Place ? a.Place.CompareTo(b.Place)
        : a.Tag.CompareTo(b.Tag);
}
