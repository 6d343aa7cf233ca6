using Microsoft.ML.OnnxRuntime;

namespace EdgeInspector.Inference.Providers;

/// <summary>
/// The process's one ONNX Runtime environment and the provider libraries registered with it, which stay until the process ends.
/// </summary>
internal static class OrtRuntime
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, IReadOnlyList<OrtEpDevice>> Libraries = [];

    /// <summary>
    /// The environment. Its own log is silenced: whatever matters comes as an exception, and standard error belongs to the agent's
    /// messages.
    /// </summary>
    public static OrtEnv Environment
    {
        get
        {
            OrtEnv environment = OrtEnv.Instance();
            environment.EnvLogLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
            return environment;
        }
    }

    /// <summary>Registers a provider library once and returns the devices that the library offers.</summary>
    /// <param name="path">Full path of the library.</param>
    /// <exception cref="OnnxRuntimeException">The library could not be loaded; the message is the native one.</exception>
    public static IReadOnlyList<OrtEpDevice> Register(string path)
    {
        lock (Gate)
        {
            if (Libraries.TryGetValue(path, out IReadOnlyList<OrtEpDevice>? devices))
                return devices;
            OrtEnv environment = Environment;
            var before = environment.GetEpDevices().Select(device => device.EpName).ToHashSet(StringComparer.Ordinal);
            environment.RegisterExecutionProviderLibrary(Path.GetFileNameWithoutExtension(path), path);
            devices = [.. environment.GetEpDevices().Where(device => !before.Contains(device.EpName))];
            return Libraries[path] = devices;
        }
    }
}
