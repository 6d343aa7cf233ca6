using System.Runtime.CompilerServices;
using EdgeInspector.Capture.ImageFiles;

namespace EdgeInspector.Capture.Tests.Support;

/// <summary>As the agent's first line does, before any test loads OpenCV.</summary>
internal static class DecodingLimitsOfTheseTests
{
    [ModuleInitializer]
    internal static void Impose() => DecodingLimits.Impose();
}
