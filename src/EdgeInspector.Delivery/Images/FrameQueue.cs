using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Frames.Around;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Images;

/// <summary>A part whose picture waits to be encoded.</summary>
/// <param name="part">The record; it has been disposed.</param>
/// <param name="frame">The picture, a reference of its own.</param>
/// <param name="inline">Gets the picture for the event, or null when it was given up; null when the picture is for the spool.</param>
/// <param name="around">The frames around the part; null: none are kept.</param>
internal sealed class WaitingFrame(
    InspectedPart part, Frame frame, TaskCompletionSource<byte[]?>? inline = null, FramesAround? around = null)
{
    private FramesAround? _around = around;

    /// <summary>The record; it has been disposed.</summary>
    public InspectedPart Part => part;

    /// <summary>The picture.</summary>
    public Frame Frame => frame;

    /// <summary>Gets the picture for the event, or null when it was given up; null when the picture is for the spool.</summary>
    public TaskCompletionSource<byte[]?>? Inline => inline;

    /// <summary>Hands the frames around the part to the caller, who disposes them; null: none are kept, or they were handed over.</summary>
    public FramesAround? TakeAround() => Interlocked.Exchange(ref _around, null);

    /// <summary>Releases the picture, and the frames around it that nobody took.</summary>
    public void Release()
    {
        frame.Release();
        TakeAround()?.Dispose();
    }
}

/// <summary>
/// The bounded queue of frames between the stations and the encoder. When the queue is full, the picture of a passed part gives way to the
/// picture of another part; among equals the newest picture is refused, since an event has already promised the older ones. Thread-safe;
/// one reader.
/// </summary>
/// <param name="capacity">The most frames.</param>
/// <param name="mostBytes">The most bytes of all frames together; one frame alone may be larger.</param>
internal sealed class FrameQueue(int capacity, long mostBytes = FrameQueue.MostBytes)
{
    /// <summary>Limit of the bytes of all frames together, where the caller sets none.</summary>
    public const long MostBytes = 512L * 1024 * 1024;

    private readonly object _gate = new();
    private readonly LinkedList<WaitingFrame> _frames = new();
    private bool _completed;
    private long _bytes;

    /// <summary>Adds a frame. Does not wait.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="gaveWay">The frame of a passed part that had to go for the new one, or null; the caller releases it.</param>
    /// <returns>False when the frame was refused; it then still belongs to the caller.</returns>
    public bool TryAdd(WaitingFrame frame, out WaitingFrame? gaveWay)
    {
        gaveWay = null;
        lock (_gate)
        {
            if (_completed)
                return false;
            if (_frames.Count >= capacity || (_frames.Count > 0 && _bytes + BytesOf(frame) > mostBytes))
            {
                if (frame.Part.Verdict.Kind == VerdictKind.Pass || NewestPass() is not { } pass)
                    return false;
                gaveWay = pass.Value;
                _frames.Remove(pass);
                _bytes -= BytesOf(pass.Value);
            }
            _frames.AddLast(frame);
            _bytes += BytesOf(frame);
            Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>Waits for the next frame; null when the queue was completed and is empty.</summary>
    public WaitingFrame? Take()
    {
        lock (_gate)
        {
            while (_frames.Count == 0)
            {
                if (_completed)
                    return null;
                Monitor.Wait(_gate);
            }
            WaitingFrame first = _frames.First!.Value;
            _frames.RemoveFirst();
            _bytes -= BytesOf(first);
            return first;
        }
    }

    /// <summary>Takes no more frames.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _completed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private static long BytesOf(WaitingFrame waiting)
    {
        long bytes = 0;
        for (Frame? page = waiting.Frame; page is not null; page = page.NextPage)
            bytes += (long)page.Stride * page.Height;
        return bytes;
    }

    private LinkedListNode<WaitingFrame>? NewestPass()
    {
        for (LinkedListNode<WaitingFrame>? node = _frames.Last; node is not null; node = node.Previous)
        {
            if (node.Value.Part.Verdict.Kind == VerdictKind.Pass)
                return node;
        }
        return null;
    }
}
