using System.Globalization;
using System.Runtime.InteropServices;

namespace EdgeInspector.Capture.ImageFiles;

/// <summary>
/// The size that OpenCV decodes at most, for the whole process and every picture, whoever asks it: a second limit behind the one that looks
/// at a file's head, since a decoder may read the head in another way.
/// </summary>
/// <remarks>OpenCV takes it from the environment when its library is loaded, and never again.</remarks>
public static partial class DecodingLimits
{
    /// <summary>The most pixels of one picture, and so the most in a row or a column.</summary>
    public const long MostPixels = 100_000_000;

    private static readonly string[] Variables = ["OPENCV_IO_MAX_IMAGE_PIXELS", "OPENCV_IO_MAX_IMAGE_WIDTH", "OPENCV_IO_MAX_IMAGE_HEIGHT"];

    private static int _imposed;

    /// <summary>Sets the limit. Call it before anything else that uses OpenCV.</summary>
    public static void Impose()
    {
        if (Interlocked.Exchange(ref _imposed, 1) == 1)
            return;
        string most = MostPixels.ToString(CultureInfo.InvariantCulture);
        foreach (string name in Variables)
        {
            // .NET keeps an environment of its own on Unix, and the C library does on Windows; child processes get .NET's.
            Environment.SetEnvironmentVariable(name, most);
            try
            {
                _ = OperatingSystem.IsWindows() ? PutIntoWindows(name, most) : Set(name, most, 1);
            }
            catch (Exception missing) when (missing is EntryPointNotFoundException or DllNotFoundException)
            {
                // Another C library; the head and the decoded size are looked at all the same.
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Set(string name, string value, int overwrite);

    [LibraryImport("ucrtbase", EntryPoint = "_putenv_s", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int PutIntoWindows(string name, string value);
}
