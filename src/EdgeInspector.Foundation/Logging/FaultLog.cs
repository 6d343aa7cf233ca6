using Microsoft.Extensions.Logging;

namespace EdgeInspector.Foundation.Logging;

/// <summary>
/// Turns a burst of the same fault into one log line a second with a count and the last cause, so that a disk never fills with one message.
/// The first fault after a quiet second is logged at once; so are a few with other causes within the second, for a cause that is told
/// nowhere can't be mended. Thread-safe.
/// </summary>
/// <param name="log">Where the lines go.</param>
/// <param name="what">What fails, as the beginning of a sentence: <c>Reading a frame</c>.</param>
/// <param name="time">The clock.</param>
public sealed partial class FaultLog(ILogger log, string what, TimeProvider time)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    // An attacker may make up a new cause for each fault.
    private const int MostCauses = 5;

    private readonly Lock _gate = new();
    private readonly HashSet<string> _told = new(MostCauses, StringComparer.Ordinal);
    private long _second;
    private int _held;

    /// <summary>Reports one fault.</summary>
    /// <param name="cause">The cause in words, without a stack trace.</param>
    public void Report(string cause)
    {
        int count;
        lock (_gate)
        {
            long now = time.GetTimestamp();
            if (_told.Count > 0 && time.GetElapsedTime(_second, now) < Quiet)
            {
                if (_told.Count == MostCauses || !_told.Add(cause))
                {
                    _held++;
                    return;
                }
            }
            else
            {
                _second = now;
                _told.Clear();
                _told.Add(cause);
            }
            count = _held + 1;
            _held = 0;
        }
        if (count == 1)
            LogFault(log, what, cause);
        else
            LogFaults(log, what, count, cause);
    }

    [LoggerMessage(EventId = 101, Level = LogLevel.Warning, Message = "{What} failed: {Cause}")]
    private static partial void LogFault(ILogger log, string what, string cause);

    [LoggerMessage(EventId = 102, Level = LogLevel.Warning,
        Message = "{What} failed {Count} times since the last line; the last cause: {Cause}")]
    private static partial void LogFaults(ILogger log, string what, int count, string cause);
}
