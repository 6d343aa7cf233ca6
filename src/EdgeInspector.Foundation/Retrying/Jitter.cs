namespace EdgeInspector.Foundation.Retrying;

/// <summary>Keeps what would happen at many places at once from happening in step.</summary>
public static class Jitter
{
    /// <summary>A random share of a pause.</summary>
    /// <param name="pause">The whole.</param>
    /// <param name="least">The least share, 0 or more.</param>
    /// <param name="most">The largest share, at least <paramref name="least"/>; it may be more than 1.</param>
    /// <param name="random">Where chance comes from; null: a shared source.</param>
    public static TimeSpan Varied(this TimeSpan pause, double least, double most, Random? random = null) =>
        pause * (least + (most - least) * (random ?? Random.Shared).NextDouble());
}
