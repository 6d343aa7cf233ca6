using System.Globalization;
using System.Runtime.InteropServices;

namespace EdgeInspector.Capture.ImageFiles;

/// <summary>
/// The largest picture that OpenCV decodes, for the whole process and every caller: a second limit, behind the check of a file's head,
/// since a decoder may read the head in another way.
/// </summary>
/// <remarks>OpenCV reads the limit from the environment when its library is loaded, and never again.</remarks>
public static partial class DecodingLimits
{
    /// <summary>The most pixels of one picture, and therefore also of one row or column.</summary>
    public const long MostPixels = 100_000_000;

    private static readonly string[] Variables = ["OPENCV_IO_MAX_IMAGE_PIXELS", "OPENCV_IO_MAX_IMAGE_WIDTH", "OPENCV_IO_MAX_IMAGE_HEIGHT"];

    private static int _imposed;

    /// <summary>Sets the limit. Call this before anything else that uses OpenCV.</summary>
    public static void Impose()
    {
        if (Interlocked.Exchange(ref _imposed, 1) == 1)
            return;
        string most = MostPixels.ToString(CultureInfo.InvariantCulture);
        foreach (string name in Variables)
        {
            // On Unix .NET keeps an environment of its own, on Windows the C library does; child processes get .NET's.
            Environment.SetEnvironmentVariable(name, most);
            try
            {
                _ = OperatingSystem.IsWindows() ? PutIntoWindows(name, most) : Set(name, most, 1);
            }
            catch (Exception missing) when (missing is EntryPointNotFoundException or DllNotFoundException)
            {
                // The system has another C library. The head and the decoded size are checked all the same.
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Set(string name, string value, int overwrite);

    [LibraryImport("ucrtbase", EntryPoint = "_putenv_s", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int PutIntoWindows(string name, string value);
}
