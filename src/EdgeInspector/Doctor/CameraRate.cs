using System.Globalization;
using EdgeInspector.Capture.Cameras;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Settings;

namespace EdgeInspector.Doctor;

/// <summary>Whether a camera gives its pictures fast enough for the station's deadline.</summary>
internal static class CameraRate
{
    /// <summary>A warning where a part may wait for its picture until the deadline has passed; null where it can't.</summary>
    /// <param name="name">The station's name.</param>
    /// <param name="station">The station's settings.</param>
    /// <param name="every">The measured time between two pictures; null where it was not measured. For a folder the settings tell.</param>
    public static Finding? Check(string name, StationSettings station, TimeSpan? every)
    {
        // Where the picture itself is the trigger, no part waits for a picture.
        if (station.Trigger.Kind is not (TriggerKind.Mqtt or TriggerKind.Interval))
            return null;
        TimeSpan left = station.Deadline - station.SignalMargin - station.ExposureDelay;
        if (station.Camera is { Folder: { Mode: FolderMode.Watch } folder } && folder.Poll >= left)
            return Polled(name, folder.Poll, left);
        if (every is not { } time || time < left)
            return null;
        return Finding.Warning($"camera of {name}", string.Create(
            CultureInfo.InvariantCulture,
            $"A picture comes every {time.TotalMilliseconds:0} ms, "
            + $"but a part may wait {left.TotalMilliseconds:0} ms for one and its verdict (Stations:{name}:Deadline is ")
            + string.Create(
                CultureInfo.InvariantCulture,
                $"{station.Deadline.TotalMilliseconds:0} ms, less SignalMargin and ExposureDelay). Some parts will get none. "
                + $"Raise the camera's rate, or the Deadline."));
    }

    private static Finding Polled(string name, TimeSpan poll, TimeSpan left) => Finding.Warning($"camera of {name}", string.Create(
        CultureInfo.InvariantCulture,
        $"The folder is looked at every {poll.TotalMilliseconds:0} ms (Stations:{name}:Camera:Folder:Poll), "
        + $"but a part may wait {left.TotalMilliseconds:0} ms for its ") + "picture and its verdict. Some parts will get none. "
        + "Lower Poll, raise the Deadline, or let each file be the trigger (Trigger:Kind EveryFrame).");
}
