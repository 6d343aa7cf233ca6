using System.Globalization;
using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Foundation.Clocks;

/// <summary>
/// What can be made of the wall clock, whatever it says. It stamps what happens, and it may be wrong: after an empty battery it says
/// 1970, after a slip of the hand 2099.
/// Nothing is lost for that.
/// </summary>
public static class WallTime
{
    /// <summary>
    /// No build of this program is older: a clock that says less was reset, and what is dated before was dated by such a clock.
    /// </summary>
    public static DateTimeOffset Earliest { get; } = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>No machine of today is in use then.</summary>
    public static DateTimeOffset Latest { get; } = new(2060, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>False where a date is certainly wrong.</summary>
    public static bool IsPossible(DateTimeOffset moment) => moment >= Earliest && moment < Latest;

    /// <summary>What is wrong with the clock, in half a sentence; null: nothing that could be seen by itself.</summary>
    public static string? Fault(DateTimeOffset now) => now < Earliest ? "which lies in the past" : now >= Latest
        ? "which lies too far ahead" : null;

    /// <summary>The complaint of a station whose clock is certainly wrong, the same for a whole day; null: it is not.</summary>
    public static Said? Complaint(DateTimeOffset now) => IsPossible(now)
        ? null
        : (now < Earliest ? ClockWordings.Past : ClockWordings.Ahead).Of(
            now.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    /// <summary>A moment so long before another one; the first of all where the calendar ends.</summary>
    /// <param name="moment">The later one.</param>
    /// <param name="span">How long before; not negative.</param>
    public static DateTimeOffset Before(DateTimeOffset moment, TimeSpan span) =>
        moment.UtcTicks < span.Ticks ? DateTimeOffset.MinValue : moment.ToUniversalTime() - span;

    /// <summary>A new id with its time in it (UUIDv7), which begins with 1970: earlier moments become that one.</summary>
    public static Guid NewId(DateTimeOffset at) => Guid.CreateVersion7(at < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : at);
}
