using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace EdgeInspector.Inspection.Challenges;

/// <summary>
/// Challenge parts: a part that is known to be bad (or good) is sent through to see whether the station still finds it. It gets its verdict
/// and signal as any other, an event of its own kind, and does not count among the parts.
/// </summary>
public sealed record ChallengeOptions : IValidatableObject
{
    /// <summary>
    /// Ids of parts that are known to be bad; <c>*</c> stands for any text, <c>?</c> for any character, such as <c>MASTER-NOK-*</c>.
    /// </summary>
    public IReadOnlyList<string> BadParts { get; init; } = [];

    /// <summary>Ids of parts that are known to be good, likewise.</summary>
    public IReadOnlyList<string> GoodParts { get; init; } = [];

    /// <summary>
    /// Times of day, by the local clock, at which the agent asks for a known-bad part, such as <c>06:00</c>, <c>14:00</c> and
    /// <c>22:00</c>; empty: never.
    /// </summary>
    public IReadOnlyList<string> At { get; init; } = [];

    /// <summary>How long after such a time the part may come; then it is overdue.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "12:00:00")]
    public TimeSpan Grace { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a challenge part that a command announced is waited for; a part that comes later is an ordinary one.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "12:00:00")]
    public TimeSpan AnnouncedFor { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// True: after a challenge part that the gate was told wrong, or one that is overdue, each other part gets <c>none</c>, reason
    /// <c>challenge</c>, until one succeeds. False: the station is only <c>degraded</c>.
    /// </summary>
    public bool AnswerNone { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (string time in At.Where(time => Read(time) is null))
            yield return new ValidationResult($"'{time}' is no time of day; write 06:00.", [nameof(At)]);
        if (BadParts.Concat(GoodParts).Any(string.IsNullOrWhiteSpace))
            yield return new ValidationResult("An id is empty. Name a part, or a pattern such as "
                + "MASTER-NOK-*.", [nameof(BadParts), nameof(GoodParts)]);
        if (BadParts.Concat(GoodParts).Any(pattern => pattern.All(c => c == '*') && pattern.Length > 0))
            yield return new ValidationResult("'*' alone would make every part a challenge part, and none would "
                + "count.", [nameof(BadParts), nameof(GoodParts)]);
        foreach (string both in BadParts.Intersect(GoodParts, StringComparer.Ordinal))
        {
            yield return new ValidationResult(
                $"'{both}' is named as a bad part and as a good one; leave it in one of the two.", [nameof(BadParts), nameof(GoodParts)]);
        }
    }

    /// <summary>The set times, ascending.</summary>
    internal IReadOnlyList<TimeOnly> Times => [.. At.Select(Read).OfType<TimeOnly>().Order()];

    private static TimeOnly? Read(string text) =>
        TimeOnly.TryParseExact(text, ["H:mm", "HH:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly time)
            ? time
            : null;
}
