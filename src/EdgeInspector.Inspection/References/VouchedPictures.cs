using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;

namespace EdgeInspector.Inspection.References;

/// <summary>Pictures of good parts, such as those of a folder, from which a reference is learnt. Not thread-safe.</summary>
/// <param name="options">What a picture must show before anything is learnt from it.</param>
public sealed class VouchedPictures(PictureOptions options)
{
    private readonly PictureGate _gate = new(options);
    private readonly List<SeenPart> _seen = [];
    private int _width, _height;

    /// <summary>How many pictures were taken.</summary>
    public int Count => _seen.Count;

    /// <summary>Takes a picture; the frame is not needed any more afterwards.</summary>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="picture">The picture.</param>
    /// <returns>Why nothing can be learnt from it, as the end of a sentence; null: it was taken.</returns>
    public string? Add(string name, Frame picture)
    {
        if (_gate.Refuse(picture, out _) is { } refused)
            return refused;
        if (_seen.Count > 0 && (picture.Width, picture.Height) != (_width, _height))
            return $"the picture has {picture.Width} × {picture.Height} pixels, and those before have {_width} × {_height}";
        if (_seen.Count >= Reference.MostParts)
            return $"a reference is learnt from at most {Reference.MostParts} pictures";
        (_width, _height) = (picture.Width, picture.Height);
        PictureSample sample = _gate.SampleOf(picture);
        _seen.Add(new SeenPart(name, sample.Fine.ToArray(), sample.Brightness, sample.Contrast, _gate.SharpnessOf(picture)));
        return null;
    }

    /// <summary>Learns from the pictures taken so far.</summary>
    public LearnOutcome Learn(LearnOrigin origin) => ReferenceLearner.Learn(_seen, _width, _height, origin);
}
