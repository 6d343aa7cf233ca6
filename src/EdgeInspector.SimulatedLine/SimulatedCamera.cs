using EdgeInspector.Capture;
using EdgeInspector.Capture.Cameras;
using OpenCvSharp;

namespace EdgeInspector.SimulatedLine;

/// <summary>
/// The simulated line as a camera. Its pictures carry the part id as label: every picture of the <see cref="SimulatedView.Strobe"/> view,
/// and of the <see cref="SimulatedView.Continuous"/> view the one in which the part is centred.
/// Run again, it goes on with the next part.
/// </summary>
public sealed class SimulatedCamera(SimulatedOptions options, TimeProvider? time = null) : ICameraSource
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly PartLine _line = new(options.Seed);
    private long _next;

    /// <summary>Travel of the belt from one part to the next, in pixels: the view is empty for a moment between two parts.</summary>
    internal const float Spacing = 2240;

    /// <inheritdoc/>
    public bool MayWait => options.AsFastAsConsumed;

    /// <inheritdoc/>
    public string? EndMessage => options.Count is { } count ? $"The simulated line has ended after its {count} parts." : null;

    /// <inheritdoc/>
    public void Run(FrameHandler onFrame, CancellationToken stop)
    {
        using PartRenderer renderer = new();
        using Mat frame = new();
        int perPart = FramesPerPart;
        TimeSpan period = options.Pace / perPart;
        long start = _time.GetTimestamp();
        TimeSpan due = TimeSpan.Zero;
        while (!stop.IsCancellationRequested && (options.Count is not { } count || _next < count * perPart))
        {
            long number = _next;
            SimulatedPart part = _line.Part(options.First + number / perPart);
            int step = (int)(number % perPart) - perPart / 2;
            var wear = PictureWear.After(options, number / perPart);
            if (options.View == SimulatedView.Strobe)
                renderer.Render(part, frame, wear);
            else
                renderer.Render(part, frame, Spacing / perPart * step, number, wear);
            // Rendered ahead of its time, so that the picture appears when the part is there. A line that was held up moves on at its pace:
            // it does not hurry to make up for it.
            due = Later(due + period, _time.GetElapsedTime(start));
            if (!options.AsFastAsConsumed && !WaitUntil(start, due, stop))
                return;
            // Only now: a camera that is opened anew while it waits must not lose the picture.
            _next = number + 1;
            onFrame(frame, step == 0 ? part.Id : null);
        }
    }

    private int FramesPerPart => options.View == SimulatedView.Strobe
        ? 1
        : Math.Max(4, (int)Math.Round(options.Fps * options.Pace.TotalSeconds));

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;

    /// <returns>False when the stop token ended the wait.</returns>
    private bool WaitUntil(long start, TimeSpan due, CancellationToken stop)
    {
        TimeSpan left = due - _time.GetElapsedTime(start);
        if (left <= TimeSpan.Zero)
            return !stop.IsCancellationRequested;
        using CancellationTokenSource timer = new(left, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, stop);
        either.Token.WaitHandle.WaitOne();
        return !stop.IsCancellationRequested;
    }
}
