using EdgeInspector.Capture;
using EdgeInspector.SimulatedLine;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Hosting;

/// <summary>
/// Makes a station's camera: a camera of <see cref="CameraSources"/>, or the simulated line, whose project <c>Capture</c> does not know.
/// </summary>
internal static class StationCameras
{
    /// <summary>The source of the one block that is given. Opens nothing yet.</summary>
    /// <param name="options">Validated settings.</param>
    /// <param name="time">The clock of sources that pace themselves.</param>
    /// <param name="log">The log for messages of the source.</param>
    /// <param name="place">The station that the camera serves; null for a check.</param>
    /// <exception cref="CameraException">None or several blocks are given.</exception>
    public static ICameraSource Create(CameraOptions options, TimeProvider time, ILogger log, CameraPlace? place = null) =>
        options is { Simulated: { } simulated, Blocks.Count: 1 }
            ? new SimulatedCamera(simulated, time)
            : CameraSources.Create(options, time, log, place);
}
