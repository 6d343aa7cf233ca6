using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using EdgeInspector.Inference.Providers;

namespace EdgeInspector.Inference.Optimised;

/// <summary>
/// What an optimised network depends on, as one line of ASCII. Another line, another network:
/// nothing in it is weighed against anything else.
/// </summary>
internal static class OptimisedKey
{
    // What ProviderSetup asks for. Who changes a session option there that changes the graph names it here.
    private const string Options = "all";

    /// <summary>The line for this machine and this ONNX Runtime, on the CPU provider.</summary>
    /// <param name="package">Hash of the package.</param>
    /// <param name="network">SHA-256 of the network's file, hexadecimal.</param>
    public static string For(string package, string network) =>
        $"package {package} network {network} onnxruntime {OrtRuntime.Environment.GetVersionString()} provider {ProviderName.Cpu} "
        + $"optimisations {Options} processor {Processor}";

    /// <summary>The instructions that the processor offers: by them the CPU provider chooses the layout of the weights.</summary>
    internal static string Processor { get; } = X86Base.IsSupported ? X86() : Other();

    // As the processor itself tells, since ONNX Runtime asks it too; .NET's own flags can be switched off by the environment.
    // Left out is what differs from core to core.
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
