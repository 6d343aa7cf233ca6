using OpenCvSharp;

namespace EdgeInspector.Capture.Tests.Support;

/// <summary>A camera that does in each run what a test wrote down for it; the last entry repeats.</summary>
internal sealed class ScriptedSource(params ScriptedSource.Script[] runs) : ICameraSource
{
    private int _runs;
    private int _taken;

    public delegate void Script(FrameHandler onFrame, CancellationToken stop);

    public bool MayWait { get; init; }

    public bool MayBeSilent { get; init; }

    public TimeSpan UnansweredFor { get; set; }

    public string? EndMessage { get; init; }

    /// <summary>How often the source was opened.</summary>
    public int Runs => Volatile.Read(ref _runs);

    /// <summary>
    /// Pictures that the feed has done with. A picture that the sink has seen may still be in the feed's hands, and a camera whose picture
    /// is being taken does not stall: a test that turns the clock on waits for this number.
    /// </summary>
    public int Taken => Volatile.Read(ref _taken);

    public void Run(FrameHandler onFrame, CancellationToken stop)
    {
        int run = Interlocked.Increment(ref _runs);
        runs[Math.Min(run, runs.Length) - 1](Give, stop);

        void Give(Mat image, string? label, IReadOnlyList<Mat>? furtherPages, long? askedAt)
        {
            onFrame(image, label, furtherPages, askedAt);
            Interlocked.Increment(ref _taken);
        }
    }

    /// <summary>Gives one picture of a size, its first pixel blue.</summary>
    public static void Give(FrameHandler onFrame, int width = 8, int height = 6, string? label = null)
    {
        using var image = new Mat(height, width, MatType.CV_8UC3, new Scalar(255, 0, 0));
        onFrame(image, label);
    }

    /// <summary>Gives one picture and then waits, as a camera does that falls silent but still obeys.</summary>
    public static void GiveAndWait(FrameHandler onFrame, CancellationToken stop)
    {
        Give(onFrame);
        stop.WaitHandle.WaitOne();
    }
}
