namespace EdgeInspector.ModelStore.Sync;

/// <summary>The set times of a day, such as shift changes, by the local clock.</summary>
internal static class ActivationTimes
{
    /// <summary>
    /// The next set time after a moment. If the clock skips a set time in spring, the set time comes when the clock has passed it.
    /// </summary>
    /// <param name="times">The set times, ascending; at least one.</param>
    /// <param name="after">The moment.</param>
    /// <param name="zone">The local time zone.</param>
    public static DateTimeOffset Next(IReadOnlyList<TimeOnly> times, DateTimeOffset after, TimeZoneInfo zone)
    {
        // At the ends of the calendar no day follows; the clock must be wrong, so no set time comes.
        if (after.Year is 1 or 9999)
            return DateTimeOffset.MaxValue;
        DateTimeOffset now = TimeZoneInfo.ConvertTime(after, zone);
        for (int day = 0; ; day++)
        {
            foreach (TimeOnly at in times)
            {
                DateTime local = now.Date.AddDays(day) + at.ToTimeSpan();
                while (zone.IsInvalidTime(local))
                    local = local.AddMinutes(1);
                var moment = new DateTimeOffset(local, zone.GetUtcOffset(local));
                if (moment > now)
                    return moment;
            }
        }
    }
}
