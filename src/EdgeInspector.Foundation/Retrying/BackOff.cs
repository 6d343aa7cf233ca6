namespace EdgeInspector.Foundation.Retrying;

/// <summary>
/// Counts failures in a row and says how long to wait after each: twice as long each time, up to the longest pause. Not thread-safe.
/// </summary>
/// <param name="first">The pause after the first failure.</param>
/// <param name="longest">No pause is longer.</param>
/// <param name="least">The least share of a pause that is waited; see <see cref="Jitter.Varied"/>.</param>
/// <param name="most">The largest share of a pause that is waited.</param>
/// <param name="random">Where chance comes from; null: a shared source.</param>
public sealed class BackOff(TimeSpan first, TimeSpan longest, double least = 1, double most = 1, Random? random = null)
{
    // Beyond it a pause of a millisecond has become one of days.
    private const int MostDoublings = 30;

    private int _failures;

    /// <summary>The pause after so many failures in a row, unvaried.</summary>
    /// <param name="failures">Failures before this one: 0 gives the first pause.</param>
    /// <param name="first">The pause after the first failure.</param>
    /// <param name="longest">The longest pause.</param>
    public static TimeSpan After(int failures, TimeSpan first, TimeSpan longest) =>
        Shorter(first.TotalSeconds * Math.Pow(2, Math.Min(failures, MostDoublings)), longest);

    /// <summary>The pause after one more failure.</summary>
    public TimeSpan Next() => Shorter(After(_failures++, first, longest).Varied(least, most, random).TotalSeconds, longest);

    /// <summary>It went well: the next pause is the first again.</summary>
    public void Reset() => _failures = 0;

    private static TimeSpan Shorter(double seconds, TimeSpan longest) =>
        seconds < longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : longest;
}
