using System.Globalization;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Triggers;

namespace EdgeInspector.Doctor;

/// <summary>Whether a camera gives its pictures fast enough for the station's deadline.</summary>
internal static class CameraRate
{
    /// <summary>A warning where a part may wait for its picture until its deadline has passed; null where it can't.</summary>
    /// <param name="name">The station's name.</param>
    /// <param name="station">Its settings.</param>
    /// <param name="every">The time between two pictures as measured; null where it was not.</param>
    public static Finding? Look(string name, StationOptions station, TimeSpan? every)
    {
        // Where the picture itself is the trigger, no part waits for one.
        if (every is not { } time || station.Trigger.Kind is not (TriggerKind.Mqtt or TriggerKind.Interval))
            return null;
        TimeSpan left = station.Deadline - station.SignalMargin - station.ExposureDelay;
        if (time < left)
            return null;
        return Finding.Warning($"camera of {name}", string.Create(
            CultureInfo.InvariantCulture,
            $"A picture comes every {time.TotalMilliseconds:0} ms, but a part may wait {left.TotalMilliseconds:0} ms for one and its verdict (Stations:{name}:Deadline is ")
            + string.Create(
                CultureInfo.InvariantCulture,
                $"{station.Deadline.TotalMilliseconds:0} ms, less SignalMargin and ExposureDelay). Parts will get none. Raise the camera's rate, or the Deadline."));
    }
}
