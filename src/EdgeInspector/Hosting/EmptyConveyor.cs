using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Settings;

namespace EdgeInspector.Hosting;

/// <summary>The picture of the empty conveyor that the settings name, for part presence and the condition Occupied.</summary>
internal static class EmptyConveyor
{
    /// <summary>Why the picture can't be used; null where it can, or where no picture is needed.</summary>
    public static string? Fault(string station, StationSettings settings)
    {
        using var frames = new FramePool();
        Read(station, settings, frames, out string? problem)?.Release();
        return problem;
    }

    /// <summary>Reads the picture; null where no picture is needed, or where the picture can't be read.</summary>
    /// <param name="station">The station's name.</param>
    /// <param name="settings">The station's settings.</param>
    /// <param name="frames">Where the frame is rented; the caller releases it.</param>
    /// <param name="problem">Why the picture can't be read, in a sentence with the setting's path.</param>
    public static Frame? Read(string station, StationSettings settings, FramePool frames, out string? problem)
    {
        problem = null;
        bool isUsed = settings.Trigger is { Kind: TriggerKind.Presence } or { When: TriggerCondition.Occupied };
        if (!isUsed || settings.Trigger.Presence.EmptyConveyor is not { } file)
            return null;
        ImageReading reading = ImageFile.Read(file, frames, ImageLimits.Of(settings.Camera!.Formats), settings.Camera.SourceBitDepth);
        if (reading.Frame is null)
            problem = $"Stations:{station}:Trigger:Presence:EmptyConveyor: {reading.Problem}";
        return reading.Frame;
    }
}
