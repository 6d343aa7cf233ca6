using Microsoft.ML.OnnxRuntime;
using OpenCvSharp;

namespace EdgeInspector.Doctor;

/// <summary>The two native libraries everything rests on.</summary>
internal static class NativeLibraries
{
    public static IEnumerable<Finding> Check()
    {
        yield return Try(
            "OpenCV", "Install the system package libgtk-3-0 (libgtk-3-0t64 on newer systems).", () => Cv2.GetVersionString() ?? "?");
        yield return Try(
            "ONNX Runtime",
            "Install the program again, completely.",
            () => $"{OrtEnv.Instance().GetVersionString()}, providers: {string.Join(", ", OrtEnv.Instance().GetAvailableProviders())}");
    }

    private static Finding Try(string subject, string mend, Func<string> load)
    {
        try
        {
            return Finding.Good(subject, load());
        }
        catch (Exception fault)
            when (fault is TypeInitializationException or DllNotFoundException or OpenCvSharpException or OnnxRuntimeException)
        {
            return Finding.Fault(
                subject, $"The native library can't be loaded: {(fault.InnerException ?? fault).Message.Split('\n')[0]} {mend}");
        }
    }
}
