using System.Runtime.InteropServices;

namespace EdgeInspector.Inference.Providers;

/// <summary>
/// Finds out what keeps a provider's library from being loaded. ONNX Runtime says only that loading failed; the system's loader, called
/// once more, names the missing library of CUDA or cuDNN.
/// </summary>
internal static class MissingLibrary
{
    /// <summary>The loader's words, as the end of a sentence; null when the library is not there, or can be loaded.</summary>
    /// <param name="ortName">What ONNX Runtime calls the provider: <c>CUDAExecutionProvider</c>.</param>
    public static string? Of(string ortName)
    {
        string provider = ortName.Replace("ExecutionProvider", "", StringComparison.Ordinal).ToLowerInvariant();
        string file = OperatingSystem.IsWindows() ? $"onnxruntime_providers_{provider}.dll" : $"libonnxruntime_providers_{provider}.so";
        string native = Path.Combine("runtimes", RuntimeInformation.RuntimeIdentifier, "native");
        string? path = new[] { "", native }
            .Select(folder => Path.Combine(AppContext.BaseDirectory, folder, file))
            .FirstOrDefault(File.Exists);
        if (path is null)
            return null;
        try
        {
            NativeLibrary.Free(NativeLibrary.Load(path));
            return null;
        }
        catch (Exception fault) when (fault is DllNotFoundException or BadImageFormatException)
        {
            // The loader's last line is about the file itself; the lines before are about names that were tried.
            string[] lines = fault.Message.ReplaceLineEndings("\n")
                .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return lines.FirstOrDefault(line => line.Contains("cannot open shared object file", StringComparison.Ordinal)
                && !line.StartsWith(path, StringComparison.Ordinal)) ?? lines[0];
        }
    }
}
