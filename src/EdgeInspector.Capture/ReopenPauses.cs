namespace EdgeInspector.Capture;

/// <summary>Counts failures in a row and says how long to wait after each. Not thread-safe.</summary>
/// <param name="options">The first and the longest pause.</param>
internal sealed class ReopenPauses(ReopenOptions options)
{
    private int _failures;

    /// <summary>The pause after one more failure: doubled each time, up to the longest, varied by ±20 % so that many cameras do not return together.</summary>
    public TimeSpan Next()
    {
        double factor = Math.Pow(2, Math.Min(_failures++, 30));
        double seconds = options.First.TotalSeconds * factor * (0.8 + 0.4 * Random.Shared.NextDouble());
        return TimeSpan.FromSeconds(Math.Min(seconds, options.Max.TotalSeconds));
    }

    /// <summary>The camera ran well: the next pause is the first again.</summary>
    public void Reset() => _failures = 0;
}
