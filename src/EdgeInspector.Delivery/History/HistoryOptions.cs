using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace EdgeInspector.Delivery.History;

/// <summary>
/// What the agent remembers of parts, for <c>EdgeInspector parts</c> and whoever looks back: a row for each part, and sums by minute. No
/// evidence: a full disk or a crash may cost rows, and never a part.
/// </summary>
public sealed record HistoryOptions : IValidatableObject
{
    /// <summary>Whether parts are remembered.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The rows of parts are kept for so long.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "3660.00:00:00")]
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(90);

    /// <summary>
    /// The most bytes on disk; beyond them the oldest sums go as long as they take more than half of it, else the oldest rows of parts. A
    /// part takes 200 to 400 bytes, a sum about 50.
    /// </summary>
    [Range(1024L * 1024, 1024L * 1024 * 1024 * 1024)]
    public long MaxBytes { get; init; } = 1024L * 1024 * 1024;

    /// <summary>
    /// The sums by minute are kept for so long, where <see cref="MaxBytes"/> has room for them. A minute has one sum for each verdict and
    /// tag that occurred in it, at each station.
    /// </summary>
    [Range(typeof(TimeSpan), "01:00:00", "7320.00:00:00")]
    public TimeSpan KeepSums { get; init; } = TimeSpan.FromDays(730);

    /// <summary>When shifts begin, local time, as <c>HH:mm</c> in the order of the day, for figures by shift.</summary>
    [MinLength(1)]
    public IReadOnlyList<string> Shifts { get; init; } = ["06:00", "14:00", "22:00"];

    /// <summary>The same as times of the day.</summary>
    public IReadOnlyList<TimeOnly> ShiftTimes => [.. Shifts.Select(text => Parse(text)!.Value)];

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (string text in Shifts.Where(text => Parse(text) is null))
            yield return new($"'{text}' is no time of the day; write it as 06:00.", [nameof(Shifts)]);
        TimeOnly[] times = [.. Shifts.Select(Parse).OfType<TimeOnly>()];
        if (!times.SequenceEqual(times.Distinct().Order()))
            yield return new("Shifts must stand in the order of the day, each once.", [nameof(Shifts)]);
    }

    private static TimeOnly? Parse(string text) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly time) ? time : null;
}
