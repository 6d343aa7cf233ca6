using OpenCvSharp;

namespace EdgeInspector.Capture;

/// <summary>
/// Silences OpenCV, which writes its messages about broken files and missing cameras to standard error, past the log, for pages. The agent
/// says the same in its own words.
/// </summary>
internal static class NativeMessages
{
    private static int _silenced;

    /// <summary>Silences OpenCV for the whole process, once, unless <c>OPENCV_LOG_LEVEL</c> asks for its messages.</summary>
    public static void Silence()
    {
        if (Interlocked.Exchange(ref _silenced, 1) == 0 && Environment.GetEnvironmentVariable("OPENCV_LOG_LEVEL") is null)
            Cv2.SetLogLevel(LogLevel.SILENT);
    }
}
