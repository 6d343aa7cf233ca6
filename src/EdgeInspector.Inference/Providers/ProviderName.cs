namespace EdgeInspector.Inference.Providers;

/// <summary>The names of execution providers as the settings spell them.</summary>
internal static class ProviderName
{
    public const string Cpu = "cpu";
    public const string Cuda = "cuda";
    public const string TensorRt = "tensorrt";
    public const string DirectMl = "directml";
    public const string OpenVino = "openvino";

    /// <summary>What is wrong with a name in the settings, or null.</summary>
    public static string? Complaint(string name) => IsLibrary(name) || OrtName(Normal(name)) is not null
        ? null
        : $"The execution provider '{name}' is not known; use {Cpu}, {Cuda}, {TensorRt}, {DirectMl}, {OpenVino}, "
            + "or the path of a provider library (.so, .dll).";

    /// <summary>True when the setting is the path of a plug-in provider library.</summary>
    public static bool IsLibrary(string name) =>
        name.AsSpan().ContainsAny('/', '\\') || Path.GetExtension(name).ToLowerInvariant() is ".so" or ".dll" or ".dylib";

    /// <summary>
    /// True when several stations may run one session of the provider at once. A session of DirectML must not be shared; of a library's
    /// session nobody knows.
    /// </summary>
    public static bool CanShareSession(string name) => !IsLibrary(name) && Normal(name) != DirectMl;

    /// <summary>The name as the agent writes it.</summary>
    public static string Normal(string name) => name.Trim().ToLowerInvariant();

    /// <summary>What ONNX Runtime calls the provider, or null for an unknown name.</summary>
    public static string? OrtName(string name) => name switch
    {
        Cpu => "CPUExecutionProvider",
        Cuda => "CUDAExecutionProvider",
        TensorRt => "TensorrtExecutionProvider",
        DirectMl => "DmlExecutionProvider",
        OpenVino => "OpenVINOExecutionProvider",
        _ => null,
    };
}
