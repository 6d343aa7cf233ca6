namespace EdgeInspector.Delivery.History;

/// <summary>By what figures are summed up.</summary>
public enum PeriodKind
{
    /// <summary>An hour of local time.</summary>
    Hour,

    /// <summary>A shift.</summary>
    Shift,

    /// <summary>A day of local time.</summary>
    Day,

    /// <summary>A week from Monday on.</summary>
    Week,
}

/// <summary>Finds the beginning of the hour, shift, day or week in which a moment lies, in the local time of a place.</summary>
/// <param name="kind">Which.</param>
/// <param name="shifts">When shifts begin, in the order of the day.</param>
/// <param name="zone">The place's time zone.</param>
public sealed class Period(PeriodKind kind, IReadOnlyList<TimeOnly> shifts, TimeZoneInfo zone)
{
    /// <summary>The beginning, as local time; a time that the clocks jump over or show twice is what they would show.</summary>
    public DateTime BeginningOf(DateTimeOffset at)
    {
        DateTime local = TimeZoneInfo.ConvertTime(at, zone).DateTime;
        return kind switch
        {
            PeriodKind.Hour => local.Date.AddHours(local.Hour),
            PeriodKind.Shift => ShiftOf(local),
            PeriodKind.Day => local.Date,
            _ => local.Date.AddDays(-((int)local.DayOfWeek + 6) % 7),
        };
    }

    /// <summary>The beginnings from one to another, with those between them in which nothing may have happened.</summary>
    /// <param name="first">A beginning.</param>
    /// <param name="last">The same or a later one.</param>
    public IEnumerable<DateTime> Between(DateTime first, DateTime last)
    {
        for (DateTime begins = first; begins <= last; begins = NextAfter(begins))
            yield return begins;
    }

    private DateTime NextAfter(DateTime begins) => kind switch
    {
        PeriodKind.Hour => begins.AddHours(1),
        PeriodKind.Shift => shifts.Select(shift => begins.Date + shift.ToTimeSpan()).Where(shift => shift > begins)
            .DefaultIfEmpty(begins.Date.AddDays(1) + shifts[0].ToTimeSpan()).First(),
        PeriodKind.Day => begins.AddDays(1),
        _ => begins.AddDays(7),
    };

    // Before the first shift of a day runs the last one of the day before.
    private DateTime ShiftOf(DateTime local)
    {
        TimeOnly now = TimeOnly.FromDateTime(local);
        return shifts.LastOrDefault(shift => shift <= now) is var begun && shifts.Any(shift => shift <= now)
            ? local.Date + begun.ToTimeSpan()
            : local.Date.AddDays(-1) + shifts[^1].ToTimeSpan();
    }
}
