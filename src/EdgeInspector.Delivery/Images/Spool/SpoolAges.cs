using EdgeInspector.Foundation.Clocks;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Delivery.Images.Spool;

/// <summary>Removes pictures by their age, where the clock can be trusted for that. One thread.</summary>
/// <param name="options">How old pictures may become.</param>
/// <param name="room">Gives pictures up.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Told when the wall clock jumps.</param>
internal sealed partial class SpoolAges(ImageOptions options, SpoolRoom room, TimeProvider time, ILogger log)
{
    // For so long after a start no undelivered picture is removed for its age: after a long standstill the broker first gets its chance.
    internal static readonly TimeSpan FirstChance = TimeSpan.FromHours(1);

    // For so long after the wall clock jumped no picture is removed for its age: somebody must first see that the clock is wrong, or that
    // the pictures' dates are.
    internal static readonly TimeSpan AfterJump = TimeSpan.FromDays(1);

    private readonly WallClock _clock = new(time);

    /// <summary>Compares the clock with the newest picture that an earlier process left.</summary>
    public void LookBack(DateTimeOffset newest)
    {
        if (_clock.LookBack(newest) is { } jump)
            LogJumped(log, jump, AfterJump.TotalHours);
    }

    /// <summary>Gives up pictures that are too old.</summary>
    public void RemoveOld()
    {
        if (_clock.Jump() is { } jump)
            LogJumped(log, jump, AfterJump.TotalHours);
        DateTimeOffset now = time.GetUtcNow();
        // If the clock is certainly wrong, no picture counts as old.
        if (_clock.SinceJump < AfterJump || !WallTime.IsPossible(now))
            return;
        room.RemoveBefore(
            WallTime.Before(now, options.SpoolMaxAge).UtcDateTime,
            onlyDelivered: _clock.Watched < FirstChance,
            $"A picture was older than Images:SpoolMaxAge ({options.SpoolMaxAge}) before the broker took it. Mend the connection.");
    }

    [LoggerMessage(EventId = 532, Level = LogLevel.Warning,
        Message = "The wall clock jumped by {Jump}. Check it: pictures go by their age (Images:SpoolMaxAge) again in {Hours} hours")]
    private static partial void LogJumped(ILogger log, TimeSpan jump, double hours);
}
