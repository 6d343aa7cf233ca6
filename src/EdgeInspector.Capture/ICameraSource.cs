using OpenCvSharp;

namespace EdgeInspector.Capture;

/// <summary>Receives one picture of a source. The picture is only valid during the call; the receiver copies what it keeps.</summary>
/// <param name="image">8 or 16 bits a channel; grey, BGR or BGRA. The receiver turns it into 8-bit BGR as it copies.</param>
/// <param name="label">What the source calls this picture (a file name, a simulated part's id), or null.</param>
/// <param name="furtherPages">Further pictures of the same part, where a file holds several; null for every camera.</param>
/// <param name="askedAt">
/// When the camera was asked for this picture, in ticks of the clock, where the camera gives one picture for each request: the picture was
/// taken at that time or later. Null for a picture that came unasked.
/// </param>
public delegate void FrameHandler(Mat image, string? label, IReadOnlyList<Mat>? furtherPages = null, long? askedAt = null);

/// <summary>Yields frames until the source ends or fails. A source does not retry: whoever runs the source does.</summary>
public interface ICameraSource
{
    /// <summary>True when the source can be held up without losing a picture (files read as fast as they are consumed).</summary>
    bool MayWait { get; }

    /// <summary>True when a long time without a picture is normal (a watched folder), so that silence is not taken for a stall.</summary>
    bool MayBeSilent => false;

    /// <summary>
    /// For a source that may be silent: how long the source has waited for an answer of the system, a share or a pipe that should come at
    /// once. Zero while the source waits for nothing but pictures. Any thread.
    /// </summary>
    TimeSpan UnansweredFor => TimeSpan.Zero;

    /// <summary>
    /// What an operator is told once the source has ended for good (a folder read once through), as a sentence;
    /// null when an end is a fault and the source is to be opened again.
    /// </summary>
    string? EndMessage => null;

    /// <summary>
    /// Opens the source and calls <paramref name="onFrame"/> for each picture, on the calling thread, until the source ends (returns),
    /// fails (throws <see cref="CameraException"/>) or <paramref name="stop"/> is cancelled (returns). May be called again afterwards.
    /// </summary>
    void Run(FrameHandler onFrame, CancellationToken stop);
}
