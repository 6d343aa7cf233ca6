
namespace EdgeInspector.Inference.Decoding;

/// <summary>
/// The boxes in the output of a YOLO network of v5 and later: a number for each property of a box, the properties of one box together
/// (<c>[boxes, numbers]</c>) or each property of all boxes (<c>[numbers, boxes]</c>). Places are pixels of the network's picture or shares
/// of it, depending on the exporter.
/// </summary>
internal readonly ref struct YoloBoxes
{
    // Shares lie in 0..1 or a little beyond, pixels in 0..32 at least.
    private const float LargestShare = 2;

    private readonly ReadOnlySpan<float> _values;
    private readonly int _boxStep;
    private readonly int _numberStep;
    private readonly float _scaleX;
    private readonly float _scaleY;

    /// <param name="values">All numbers of one picture.</param>
    /// <param name="count">How many boxes there are.</param>
    /// <param name="numbers">How many numbers a box has; the first four are its place.</param>
    /// <param name="boxesFirst">True for <c>[boxes, numbers]</c>.</param>
    /// <param name="picture">The size of the network's picture.</param>
    /// <param name="pixels">Whether places are pixels; null: the centres of the boxes tell, since boxes lie all over the picture.</param>
    public YoloBoxes(ReadOnlySpan<float> values, int count, int numbers, bool boxesFirst, PictureOfRun picture, bool? pixels = null)
    {
        _values = values;
        Count = count;
        (_boxStep, _numberStep) = boxesFirst ? (numbers, 1) : (1, count);
        (_scaleX, _scaleY) = (1, 1);
        if (pixels ?? MeanCentre() > LargestShare)
            (_scaleX, _scaleY) = (1f / picture.Width, 1f / picture.Height);
    }

    /// <summary>How many boxes there are.</summary>
    public int Count { get; }

    /// <summary>A number of a box.</summary>
    public float this[int box, int number] => _values[(box * _boxStep) + (number * _numberStep)];

    /// <summary>A box given by centre, width and height, as shares of the picture.</summary>
    public Corners FromCentre(int box)
    {
        float x = this[box, 0] * _scaleX, y = this[box, 1] * _scaleY, width = this[box, 2] * _scaleX, height = this[box, 3] * _scaleY;
        return new Corners(x - (width / 2), y - (height / 2), x + (width / 2), y + (height / 2));
    }

    /// <summary>A box given by its corners, as shares of the picture.</summary>
    public Corners FromCorners(int box) =>
        new(this[box, 0] * _scaleX, this[box, 1] * _scaleY, this[box, 2] * _scaleX, this[box, 3] * _scaleY);

    // The mean of all centres is used, because a single weak box may be many pictures wide, or lie far outside.
    private float MeanCentre()
    {
        double sum = 0;
        for (int box = 0; box < Count; box++)
            sum += this[box, 0] + this[box, 1];
        return Count == 0 ? 0 : (float)(sum / (2 * Count));
    }
}
