using OpenCvSharp;

namespace EdgeInspector.Capture;

/// <summary>
/// OpenCV writes what it thinks of broken files and missing cameras to standard error, past the log, for pages.
/// The agent says it in its own words.
/// </summary>
internal static class NativeMessages
{
    private static int _silenced;

    /// <summary>Silences them for the whole process, once, unless <c>OPENCV_LOG_LEVEL</c> asks for them.</summary>
    public static void Silence()
    {
        if (Interlocked.Exchange(ref _silenced, 1) == 0 && Environment.GetEnvironmentVariable("OPENCV_LOG_LEVEL") is null)
            Cv2.SetLogLevel(LogLevel.SILENT);
    }
}
