using System.Globalization;

namespace EdgeInspector.Settings;

/// <summary>Durations as people write them: <c>150ms</c>, <c>1.5s</c>, <c>5m</c>, <c>1h</c>, <c>1d</c>, or <c>00:00:02</c>.</summary>
internal static class Duration
{
    public const string Form = "a duration such as 150ms, 2s, 5m, 1h or 00:00:02";

    // Largest first, so that Format finds the largest unit that divides; parsing needs "ms" before "m" and "s".
    private static readonly (string Name, long Ticks)[] Units =
    [
        ("d", TimeSpan.TicksPerDay), ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute),
        ("s", TimeSpan.TicksPerSecond), ("ms", TimeSpan.TicksPerMillisecond),
    ];

    /// <summary>Reads a duration of zero or more. A number without a unit is refused, except 0: it could mean anything.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        text = text.Trim();
        if (text == "0")
            return true;
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return text.Count(letter => letter == ':') == 2
                && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out duration)
                && duration >= TimeSpan.Zero;
        }

        int end = text.AsSpan().LastIndexOfAnyInRange('0', '9') + 1;
        string unit = text[end..].Trim();
        foreach ((string name, long ticks) in Units)
        {
            if (name != unit)
                continue;
            if (!decimal.TryParse(text.AsSpan(0, end), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal count)
                || count > (decimal)long.MaxValue / ticks)
                return false;
            duration = TimeSpan.FromTicks((long)Math.Round(count * ticks));
            return true;
        }
        return false;
    }

    /// <summary>The shortest exact form in one unit: <c>90s</c>, <c>1500ms</c>, <c>2h</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
            return "0s";
        foreach ((string name, long ticks) in Units)
        {
            if (duration.Ticks % ticks == 0)
                return string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / ticks}{name}");
        }
        return string.Create(CultureInfo.InvariantCulture, $"{(decimal)duration.Ticks / TimeSpan.TicksPerMillisecond}ms");
    }
}
