using System.Runtime.InteropServices;

namespace EdgeInspector.Hosting.Lifetime;

/// <summary>
/// Keeps ONNX Runtime from sending usage data. From version 1.31 on, its library for Linux collects usage data under
/// <c>~/.cache/Microsoft</c> and sends them to Microsoft, unless told not to; a line PC sends nothing to anybody that its settings do not
/// name.
/// </summary>
internal static partial class OnnxTelemetry
{
    private const string Variable = "ORT_DISABLE_TELEMETRY";

    /// <summary>Call this before ONNX Runtime is loaded, which reads the variable only then.</summary>
    public static void Off()
    {
        // For processes that this one starts.
        Environment.SetEnvironmentVariable(Variable, "1");
        // .NET keeps an environment of its own, which native code does not see.
        if (!OperatingSystem.IsWindows())
            _ = SetNative(Variable, "1", 1);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetNative(string name, string value, int overwrite);
}
