using EdgeInspector.Foundation.Clocks;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Delivery.Images.Spool;

/// <summary>Has pictures go by their age, where the clock can be trusted with it. One thread.</summary>
/// <param name="options">How old they may become.</param>
/// <param name="room">Gives them up.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Told when the wall clock jumps.</param>
internal sealed partial class SpoolAges(ImageOptions options, SpoolRoom room, TimeProvider time, ILogger log)
{
    // So long after a start nothing undelivered goes for its age: after a long standstill the broker first gets its chance.
    internal static readonly TimeSpan FirstChance = TimeSpan.FromHours(1);

    // So long after the wall clock jumped nothing goes for its age: somebody must first see that the clock is wrong,
    // or that the pictures' dates are.
    internal static readonly TimeSpan AfterJump = TimeSpan.FromDays(1);

    private readonly WallClock _clock = new(time);

    /// <summary>Holds the clock against the newest picture that an earlier process left.</summary>
    public void LookBack(DateTimeOffset newest)
    {
        if (_clock.LookBack(newest) is { } jump)
            LogJumped(log, jump, AfterJump.TotalHours);
    }

    /// <summary>Gives up what is too old.</summary>
    public void RemoveOld()
    {
        if (_clock.Jump() is { } jump)
            LogJumped(log, jump, AfterJump.TotalHours);
        DateTimeOffset now = time.GetUtcNow();
        // By a clock that is certainly wrong nothing is old.
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
