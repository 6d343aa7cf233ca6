using System.Runtime.InteropServices;
using EdgeInspector.Inspection.Predictions;

namespace EdgeInspector.Inference.Tiling;

/// <summary>
/// Puts the boxes of overlapping tiles together. Of two boxes of one tag in different tiles, of which one lies mostly within the other, the
/// more probable one stays. Two boxes that are cut by each other's tiles and meet there are pieces of one thing, and become one box around
/// both. Keeps its memory from part to part.
/// </summary>
/// <remarks>
/// The measure is the intersection's share of the smaller box, not the usual intersection over union: if its border cuts a thing, a tile
/// sees only a piece, and a piece lies within the whole without resembling it.
/// </remarks>
internal sealed class TileMerge
{
    private const float Within = 0.5f;

    // A box is cut when it ends so near to its tile's border, as a share of the tile's side: detectors do not place edges to the pixel.
    private const float AtBorder = 0.05f;

    // Pieces of one thing are similarly probable; noise at a border must not make a probable box larger.
    private const float AsSure = 0.5f;

    // A box that is less probable than so many others is noise, and comparing every two boxes takes time.
    private const int MostBoxes = 1024;

    private readonly List<Piece> _pieces = [];
    private readonly List<int> _groups = [];

    /// <summary>Forgets the part before.</summary>
    public void Clear() => _pieces.Clear();

    /// <summary>Takes in what a tile showed.</summary>
    /// <param name="tile">The tile, in shares of the frame.</param>
    /// <param name="predictions">Boxes in shares of the frame.</param>
    public void Add(in BoundingBox tile, List<Prediction> predictions)
    {
        foreach (Prediction prediction in predictions)
            _pieces.Add(new Piece(prediction, prediction.BoundingBox!.Value, tile));
    }

    /// <summary>Writes the remaining boxes, highest probability first.</summary>
    public void WriteTo(List<Prediction> predictions)
    {
        _pieces.Sort(static (a, b) => b.Prediction.Probability.CompareTo(a.Prediction.Probability));
        Span<Piece> pieces = CollectionsMarshal.AsSpan(_pieces);
        _groups.Clear();
        for (int i = 0; i < pieces.Length && i < MostBoxes; i++)
        {
            // The pieces that stay are moved to the front.
            if (IsTold(pieces[i], pieces[.._groups.Count]))
                continue;
            pieces[_groups.Count] = pieces[i];
            _groups.Add(_groups.Count);
            Join(pieces[.._groups.Count]);
        }
        predictions.Clear();
        for (int i = 0; i < _groups.Count; i++)
        {
            // A group is written at its first piece, which is its most probable one.
            if (_groups[i] != i)
                continue;
            BoundingBox box = pieces[i].Box;
            float? area = pieces[i].Prediction.MaskArea;
            for (int other = i + 1; other < _groups.Count; other++)
            {
                if (_groups[other] != i)
                    continue;
                box = Around(box, pieces[other].Box);
                area += pieces[other].Prediction.MaskArea;
            }
            // Where tiles overlap, the areas of both pieces count the same pixels.
            predictions.Add(
                pieces[i].Prediction with { BoundingBox = box, MaskArea = area is null ? null : Math.Min(area.Value, box.Area) });
        }
    }

    /// <summary>True when another tile has a more probable box of the same thing.</summary>
    private static bool IsTold(in Piece piece, ReadOnlySpan<Piece> kept)
    {
        foreach (ref readonly Piece other in kept)
        {
            if (IsElsewhere(piece, other) && Share(other.Box, piece.Box) > Within && !AreOneThing(piece, other))
                return true;
        }
        return false;
    }

    /// <summary>Puts the last piece into one group with all pieces that it continues; groups are named by their first piece.</summary>
    private void Join(ReadOnlySpan<Piece> kept)
    {
        int last = kept.Length - 1;
        for (int i = 0; i < last; i++)
        {
            if (_groups[i] == _groups[last] || !IsElsewhere(kept[last], kept[i]) || !AreOneThing(kept[last], kept[i]))
                continue;
            (int first, int second) = (Math.Min(_groups[i], _groups[last]), Math.Max(_groups[i], _groups[last]));
            for (int j = 0; j <= last; j++)
            {
                if (_groups[j] == second)
                    _groups[j] = first;
            }
        }
    }

    private static bool IsElsewhere(in Piece one, in Piece other) =>
        one.Tile != other.Tile && one.Prediction.TagName == other.Prediction.TagName;

    /// <summary>True when the pieces are cut where the other piece's tile goes on, and the pieces meet.</summary>
    private static bool AreOneThing(in Piece less, in Piece more) =>
        less.Prediction.Probability >= AsSure * more.Prediction.Probability && IsCut(less, more.Tile) && IsCut(more, less.Tile)
        && Meet(less, more);

    private static bool IsCut(in Piece piece, in BoundingBox other)
    {
        BoundingBox box = piece.Box, tile = piece.Tile;
        (float x, float y) = (AtBorder * tile.Width, AtBorder * tile.Height);
        return (other.Left < tile.Left && box.Left < tile.Left + x)
            || (other.Top < tile.Top && box.Top < tile.Top + y)
            || (Right(other) > Right(tile) && Right(box) > Right(tile) - x)
            || (Bottom(other) > Bottom(tile) && Bottom(box) > Bottom(tile) - y);
    }

    private static bool Meet(in Piece one, in Piece other)
    {
        (float x, float y) = (AtBorder * one.Tile.Width, AtBorder * one.Tile.Height);
        return one.Box.Left - x < Right(other.Box) && other.Box.Left - x < Right(one.Box) && one.Box.Top - y < Bottom(other.Box)
            && other.Box.Top - y < Bottom(one.Box);
    }

    private static float Share(in BoundingBox a, in BoundingBox b)
    {
        float width = Math.Min(Right(a), Right(b)) - Math.Max(a.Left, b.Left);
        float height = Math.Min(Bottom(a), Bottom(b)) - Math.Max(a.Top, b.Top);
        return width <= 0 || height <= 0 ? 0 : width * height / Math.Min(a.Area, b.Area);
    }

    private static BoundingBox Around(in BoundingBox a, in BoundingBox b)
    {
        (float left, float top) = (Math.Min(a.Left, b.Left), Math.Min(a.Top, b.Top));
        return new BoundingBox(left, top, Math.Max(Right(a), Right(b)) - left, Math.Max(Bottom(a), Bottom(b)) - top);
    }

    private static float Right(in BoundingBox box) => box.Left + box.Width;

    private static float Bottom(in BoundingBox box) => box.Top + box.Height;

    private readonly record struct Piece(Prediction Prediction, BoundingBox Box, BoundingBox Tile);
}
