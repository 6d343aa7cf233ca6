namespace EdgeInspector.ModelStore.Proving;

/// <summary>How likely a result is by chance alone.</summary>
internal static class Chance
{
    /// <summary>
    /// Two-sided exact sign test: how likely is a split at least as unequal as this one, if both sides are equally likely. With the
    /// pictures on which two readings differ this is McNemar's exact test.
    /// </summary>
    /// <param name="wins">Pictures on which the first reading does better.</param>
    /// <param name="losses">Pictures on which the second reading does better.</param>
    public static double OfSplit(int wins, int losses) => Math.Min(1, 2 * AtLeast(wins + losses, Math.Max(wins, losses), 0.5));

    /// <summary>How likely so many successes or more are: the upper tail of the binomial distribution.</summary>
    /// <param name="trials">How many trials there are.</param>
    /// <param name="successes">How many trials succeed.</param>
    /// <param name="probability">How likely each success is, above 0 and below 1.</param>
    public static double AtLeast(int trials, int successes, double probability)
    {
        if (successes <= 0)
            return 1;
        // Goes from one term to the next in logarithms, since no power of a half is too small for a logarithm.
        double log = trials * Math.Log(1 - probability), odds = Math.Log(probability / (1 - probability)), sum = 0;
        for (int k = 0; k <= trials; k++)
        {
            if (k > 0)
                log += Math.Log((double)(trials - k + 1) / k) + odds;
            if (k >= successes)
                sum += Math.Exp(log);
        }
        return Math.Min(1, sum);
    }
}
