using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Inspection.References;

/// <summary>
/// Collects the pictures of the next parts of a station, for a reference. The station's thread offers them, after their signals; any thread
/// may ask how far learning is, or call it off.
/// </summary>
public sealed class Learning
{
    private readonly List<SeenPart> _seen;
    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _taken;
    private int _refused;
    private int _rejected;

    internal Learning(LearnOrigin origin, int parts)
    {
        (Origin, Parts) = (origin, parts);
        _seen = new List<SeenPart>(parts);
    }

    /// <summary>Where the reference will come from.</summary>
    public LearnOrigin Origin { get; }

    /// <summary>How many parts are wanted.</summary>
    public int Parts { get; }

    /// <summary>How many parts have been taken.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>How many parts came whose picture showed nothing, so that nothing can be learnt from them.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>How many of the parts that have been taken the model rejected.</summary>
    public int Rejected => Volatile.Read(ref _rejected);

    /// <summary>Completes with true when enough parts have been taken, with false when learning was called off.</summary>
    public Task<bool> Done => _done.Task;

    internal bool IsOpen => !_done.Task.IsCompleted;

    /// <summary>Ends learning without a reference; false where learning had ended before.</summary>
    public bool CallOff() => _done.TrySetResult(false);

    /// <summary>
    /// Makes the reference from the parts that were taken. To be called when <see cref="Done"/> says true, on a thread that has time.
    /// </summary>
    public LearnOutcome Learn() => ReferenceLearner.Learn(_seen, Width, Height, Origin);

    private int Width { get; set; }

    private int Height { get; set; }

    internal void Refuse() => Interlocked.Increment(ref _refused);

    /// <summary>Takes one part's picture.</summary>
    internal void Offer(string part, Frame picture, PictureSample sample, double sharpness, VerdictKind verdict)
    {
        if (_seen.Count == 0)
            (Width, Height) = (picture.Width, picture.Height);
        if ((Width, Height) != (picture.Width, picture.Height))
        {
            // Pictures of another size come from another camera: the parts taken before say nothing of this camera.
            _seen.Clear();
            (Width, Height) = (picture.Width, picture.Height);
        }
        _seen.Add(new SeenPart(part, sample.Fine.ToArray(), sample.Brightness, sample.Contrast, sharpness, verdict));
        Volatile.Write(ref _rejected, _seen.Count(one => one.Verdict == VerdictKind.Reject));
        Volatile.Write(ref _taken, _seen.Count);
        if (_seen.Count >= Parts)
            _done.TrySetResult(true);
    }
}
