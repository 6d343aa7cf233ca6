using System.Globalization;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;

namespace EdgeInspector.Inspection.References;

/// <summary>Pictures of good parts, such as those of a folder, from which a reference is learnt. Not thread-safe.</summary>
/// <param name="options">What a picture must show before anything is learnt from it.</param>
public sealed class VouchedPictures(PictureOptions options)
{
    private readonly PictureGate _gate = new(options);
    // The pictures by size; sizes in the order in which they first came.
    private readonly List<(int Width, int Height, List<SeenPart> Parts)> _seen = [];

    /// <summary>How many pictures were taken, of any size.</summary>
    public int Count => _seen.Sum(size => size.Parts.Count);

    /// <summary>Takes a picture; the frame is not needed any more afterwards.</summary>
    /// <param name="name">The picture's name, for messages.</param>
    /// <param name="picture">The picture.</param>
    /// <returns>Why the picture can't be learnt from, as the end of a sentence; null: the picture was taken.</returns>
    public string? Add(string name, Frame picture)
    {
        if (_gate.Refuse(picture, out _) is { } refused)
            return refused;
        if (Count >= Reference.MostParts)
            return $"a reference is learnt from at most {Reference.MostParts} pictures";
        PictureSample sample = _gate.SampleOf(picture);
        PartsOf(picture).Add(new SeenPart(name, sample.Fine.ToArray(), sample.Brightness, sample.Contrast, _gate.SharpnessOf(picture)));
        return null;
    }

    /// <summary>Learns from those of the pictures taken so far that have the most frequent size; the others are left out by name.</summary>
    public LearnOutcome Learn(LearnOrigin origin)
    {
        (int width, int height, List<SeenPart> parts) = _seen.Count == 0 ? (0, 0, []) : _seen.MaxBy(size => size.Parts.Count);
        LearnOutcome outcome = ReferenceLearner.Learn(parts, width, height, origin);
        IEnumerable<LeftOutPart> others = _seen.Where(size => size.Parts != parts)
            .SelectMany(size => size.Parts.Select(part => new LeftOutPart(
                part.Part,
                string.Create(CultureInfo.InvariantCulture, $"{size.Width} × {size.Height} pixels, the others {width} × {height}"))));
        return outcome with { LeftOut = [.. others, .. outcome.LeftOut] };
    }

    private List<SeenPart> PartsOf(Frame picture)
    {
        int known = _seen.FindIndex(size => (size.Width, size.Height) == (picture.Width, picture.Height));
        if (known >= 0)
            return _seen[known].Parts;
        _seen.Add((picture.Width, picture.Height, []));
        return _seen[^1].Parts;
    }
}
