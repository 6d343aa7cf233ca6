using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using EdgeInspector.Inference.Providers;

namespace EdgeInspector.Inference.Optimised;

/// <summary>
/// Everything on which an optimised network depends, as one line of ASCII. If the line differs in any way, the network is made anew.
/// </summary>
internal static class OptimisedKey
{
    // What ProviderSetup asks for. A change there of a session option that changes the graph must be named here.
    private const string Options = "all";

    /// <summary>The line for this machine and this ONNX Runtime, on the CPU provider.</summary>
    /// <param name="package">Hash of the package.</param>
    /// <param name="network">SHA-256 of the network's file, hexadecimal.</param>
    public static string For(string package, string network) =>
        $"package {package} network {network} onnxruntime {OrtRuntime.Environment.GetVersionString()} provider {ProviderName.Cpu} "
        + $"optimisations {Options} processor {Processor}";

    /// <summary>The instructions that the processor offers: the CPU provider chooses the layout of the weights by them.</summary>
    internal static string Processor { get; } = X86Base.IsSupported ? X86() : Other();

    // Asks the processor itself, as ONNX Runtime does; the environment can switch off .NET's own flags. Leaves out what differs from core
    // to core.
    private static string X86()
    {
        int leaves = X86Base.CpuId(0, 0).Eax;
        (int eax, int ebx, int ecx, int edx) none = default;
        (_, _, int ecx1, int edx1) = X86Base.CpuId(1, 0);
        (_, int ebx7, int ecx7, int edx7) = leaves >= 7 ? X86Base.CpuId(7, 0) : none;
        (int eax71, _, _, _) = leaves >= 7 ? X86Base.CpuId(7, 1) : none;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{RuntimeInformation.ProcessArchitecture}-{ecx1:x8}-{edx1:x8}-{ebx7:x8}-{ecx7:x8}-{edx7:x8}-{eax71:x8}");
    }

    private static string Other() => string.Create(
        CultureInfo.InvariantCulture,
        $"{RuntimeInformation.ProcessArchitecture}-{(AdvSimd.IsSupported ? 1 : 0)}{(Dp.IsSupported ? 1 : 0)}");
}
