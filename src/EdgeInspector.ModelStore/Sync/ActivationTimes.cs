namespace EdgeInspector.ModelStore.Sync;

/// <summary>The set times of a day, such as shift changes, by the local clock.</summary>
internal static class ActivationTimes
{
    /// <summary>How long until the next set time. A time that the clock leaves out in spring is met when the clock has gone past it.</summary>
    /// <param name="times">Ascending; at least one.</param>
    /// <param name="time">Clock and time zone.</param>
    public static TimeSpan UntilNext(IReadOnlyList<TimeOnly> times, TimeProvider time)
    {
        DateTimeOffset now = time.GetLocalNow();
        TimeZoneInfo zone = time.LocalTimeZone;
        for (int day = 0; ; day++)
        {
            foreach (TimeOnly at in times)
            {
                DateTime local = now.Date.AddDays(day) + at.ToTimeSpan();
                while (zone.IsInvalidTime(local))
                    local = local.AddMinutes(1);
                var moment = new DateTimeOffset(local, zone.GetUtcOffset(local));
                if (moment > now)
                    return moment - now;
            }
        }
    }
}
