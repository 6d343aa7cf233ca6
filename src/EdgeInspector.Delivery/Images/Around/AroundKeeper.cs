using System.Threading.Channels;
using EdgeInspector.Delivery.Images.Spool;
using EdgeInspector.Foundation.Logging;
using EdgeInspector.Inspection.Frames.Around;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Delivery.Images.Around;

/// <summary>
/// Waits, on a thread of its own and of the lowest priority, for the frames after a part, and writes the sheet with the frames around the
/// part beside its pictures. Nothing waits for this thread; sheets that it can't write in time are given up, and the log says so.
/// </summary>
internal sealed class AroundKeeper
{
    private const int MostWaiting = 16;

    /// <summary>
    /// So long after the verdict no more frames are waited for: a camera that is asked for each picture gives the next picture only with
    /// the next part.
    /// </summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ImageSpool _spool;
    private readonly TimeProvider _time;
    private readonly FaultLog _faults;
    private readonly Channel<Waiting> _waiting = Channel.CreateBounded<Waiting>(MostWaiting);
    private readonly TaskCompletionSource _ending = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;

    public AroundKeeper(ImageSpool spool, TimeProvider time, ILogger log)
    {
        (_spool, _time) = (spool, time);
        _faults = new FaultLog(log, "Keeping the frames around a part", time);
        _thread = new Thread(Work) { Name = "frames around", IsBackground = true, Priority = ThreadPriority.Lowest };
    }

    /// <summary>Completes when every sheet is written or given up.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Begins to write.</summary>
    public void Start() => _thread.Start();

    /// <summary>Takes over the frames around a part whose pictures are in the spool. Does not wait.</summary>
    public void Add(InspectedPart part, FramesAround frames)
    {
        if (_waiting.Writer.TryWrite(new Waiting(part, frames, _time.GetTimestamp())))
            return;
        frames.Dispose();
        if (!_ending.Task.IsCompleted)
            _faults.Report($"{MostWaiting} sheets wait to be written already; the newest was given up.");
    }

    /// <summary>Takes no more parts, and waits for no more frames.</summary>
    public void Complete()
    {
        _ending.TrySetResult();
        _waiting.Writer.TryComplete();
    }

    private void Work()
    {
        foreach ((InspectedPart part, FramesAround frames, long since) in _waiting.Reader.ReadAllAsync().ToBlockingEnumerable())
        {
            try
            {
                WaitFor(frames, since);
                if (frames.Frames is { Count: > 0 } here)
                    Keep(part, FrameSheet.Draw(here, frames.At, _time.TimestampFrequency));
            }
#pragma warning disable CA1031 // The boundary of the thread: one sheet that can't be made must not end all others.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                _faults.Report($"a sheet could not be made: {fault.Message}");
            }
            finally
            {
                frames.Dispose();
            }
        }
        _ended.TrySetResult();
    }

    private void WaitFor(FramesAround frames, long since)
    {
        TimeSpan left = Patience - _time.GetElapsedTime(since);
        if (left <= TimeSpan.Zero || frames.Complete.IsCompleted)
            return;
        Task come = Task.WhenAny(frames.Complete, _ending.Task);
        come.WaitAsync(left, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
    }

    private void Keep(InspectedPart part, byte[] sheet)
    {
        if (_spool.StoreAround(part, sheet) is { } whyNot)
            _faults.Report(whyNot);
    }

    private readonly record struct Waiting(InspectedPart Part, FramesAround Frames, long Since);
}
