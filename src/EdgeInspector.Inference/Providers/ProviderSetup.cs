using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace EdgeInspector.Inference.Providers;

/// <summary>The provider that the settings ask for cannot be had; the message says why, as the end of a sentence.</summary>
internal sealed class ProviderUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Prepares session options for one provider.</summary>
internal static class ProviderSetup
{
    /// <summary>Options for a session on the provider; the caller owns them.</summary>
    /// <param name="name">A known name or the path of a library.</param>
    /// <param name="inference">Threads, device and spinning.</param>
    /// <param name="ortName">What ONNX Runtime calls the provider.</param>
    /// <exception cref="ProviderUnavailableException">The provider cannot be had here.</exception>
    public static SessionOptions Create(string name, InferenceOptions inference, out string ortName)
    {
        SessionOptions options = Basic(inference);
        try
        {
            ortName = ProviderName.IsLibrary(name)
                ? AppendLibrary(options, name, inference)
                : AppendNamed(options, ProviderName.Normal(name), inference);
            return options;
        }
        catch (Exception fault)
            when (fault is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException or NotSupportedException)
        {
            options.Dispose();
            string cause = ProviderName.OrtName(ProviderName.Normal(name)) is { } known && MissingLibrary.Of(known) is { } missing
                ? $" ({missing.TrimEnd('.')})"
                : "";
            throw new ProviderUnavailableException($"{FirstLine(fault.Message)}{cause}", fault);
        }
        catch
        {
            options.Dispose();
            throw;
        }
    }

    /// <summary>The useful part of a native message.</summary>
    public static string FirstLine(string message)
    {
        string line = message.ReplaceLineEndings("\n")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .FirstOrDefault() ?? "no reason given";
        return (line.Length <= 300 ? line : line[..300] + "…").TrimEnd('.');
    }

    private static SessionOptions Basic(InferenceOptions inference)
    {
        var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            IntraOpNumThreads = inference.ForStations(1).Threads,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", inference.Spinning ? "1" : "0");
        // Otherwise ONNX Runtime takes a file with the mark of its own format for such a file: then another network would run than the one
        // that was checked as ONNX.
        options.AddSessionConfigEntry("session.load_model_format", "ONNX");
        return options;
    }

    private static string AppendNamed(SessionOptions options, string name, InferenceOptions inference)
    {
        string ortName = ProviderName.OrtName(name) ?? throw new ProviderUnavailableException("its name is not known");
        string[] available = OrtRuntime.Environment.GetAvailableProviders();
        if (!available.Contains(ortName))
        {
            throw new ProviderUnavailableException(
                $"this build of ONNX Runtime has no {ortName}, only {string.Join(", ", available)}; install the build for that hardware, "
                + "or name the path of its provider library");
        }
        string device = inference.DeviceId.ToString(CultureInfo.InvariantCulture);
        switch (name)
        {
            case ProviderName.Cuda:
                options.AppendExecutionProvider_CUDA(inference.DeviceId);
                break;
            case ProviderName.TensorRt:
                options.AppendExecutionProvider_Tensorrt(inference.DeviceId);
                // CUDA runs, on the same card, the nodes that TensorRT can't run.
                options.AppendExecutionProvider_CUDA(inference.DeviceId);
                break;
            case ProviderName.DirectMl:
                // DirectML requires these two options.
                options.EnableMemoryPattern = false;
                options.AppendExecutionProvider_DML(inference.DeviceId);
                break;
            case ProviderName.OpenVino:
                options.AppendExecutionProvider(
                    "OpenVINO", new Dictionary<string, string> { ["device_type"] = inference.DeviceId == 0 ? "AUTO" : $"GPU.{device}" });
                break;
            default:
                break;
        }
        return ortName;
    }

    private static string AppendLibrary(SessionOptions options, string path, InferenceOptions inference)
    {
        string full = Path.GetFullPath(path);
        if (!File.Exists(full))
            throw new ProviderUnavailableException($"there is no file '{full}'; install the provider library there or correct the path");
        IReadOnlyList<OrtEpDevice> devices = OrtRuntime.Register(full);
        if (devices.Count == 0)
            throw new ProviderUnavailableException("the library was loaded but finds no device that it could use");
        if (inference.DeviceId >= devices.Count)
            throw new ProviderUnavailableException(
                $"it has {devices.Count} devices, so that DeviceId can be 0 to {devices.Count - 1}, not {inference.DeviceId}");
        OrtEpDevice device = devices[inference.DeviceId];
        options.AppendExecutionProvider(OrtRuntime.Environment, [device], new Dictionary<string, string>());
        return device.EpName;
    }
}
