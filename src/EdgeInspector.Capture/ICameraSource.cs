using OpenCvSharp;

namespace EdgeInspector.Capture;

/// <summary>Receives one picture of a source. The picture is only valid during the call; the receiver copies what it keeps.</summary>
/// <param name="image">8-bit, three channels, BGR.</param>
/// <param name="label">What the source calls this picture (a file name, a simulated part's id), or null.</param>
public delegate void FrameHandler(Mat image, string? label);

/// <summary>Yields frames until the source ends or fails. Knows nothing of retrying: whoever runs it does.</summary>
public interface ICameraSource
{
    /// <summary>True when the source can be held up without losing a picture (files read as fast as they are consumed).</summary>
    bool MayWait { get; }

    /// <summary>
    /// Opens the source and calls <paramref name="onFrame"/> for each picture, on the calling thread, until the source ends (returns),
    /// fails (throws <see cref="CameraException"/>) or <paramref name="stop"/> is cancelled (returns).
    /// </summary>
    void Run(FrameHandler onFrame, CancellationToken stop);
}
