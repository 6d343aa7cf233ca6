using System.Globalization;

namespace EdgeInspector.Cli.Arguments;

/// <summary>A moment as people write it.</summary>
internal static class PointInTime
{
    /// <summary>What may be written, for help.</summary>
    public const string Forms = "2026-11-29, 2026-11-29T06:00 or 06:00 of today (local time), with Z or +01:00; today, yesterday.";

    /// <summary>Reads it; null for null.</summary>
    /// <param name="option">The option, for messages.</param>
    /// <param name="text">As it was written.</param>
    /// <param name="now">Now, local time.</param>
    /// <exception cref="RefusedException">It is no time.</exception>
    public static DateTimeOffset? Read(string option, string? text, DateTimeOffset now)
    {
        switch (text?.Trim().ToLowerInvariant())
        {
            case null:
                return null;
            case "today":
                return new DateTimeOffset(now.Date);
            case "yesterday":
                return new DateTimeOffset(now.Date.AddDays(-1));
            default:
                const DateTimeStyles Local = DateTimeStyles.AssumeLocal | DateTimeStyles.AllowWhiteSpaces;
                return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Local, out DateTimeOffset time)
                    ? time
                    : throw new RefusedException($"{option}: '{text}' is no time. Write {Forms}");
        }
    }
}
