namespace EdgeInspector.SimulatedLine;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood 2014): a generator of our own, so that a part looks the same under every version of .NET
/// and its number alone fixes it.
/// </summary>
internal sealed class LineRandom(ulong state)
{
    private ulong _state = state;

    /// <summary>An independent stream for each part and purpose.</summary>
    public static LineRandom For(int seed, long index, uint purpose)
    {
        LineRandom mixer = new(((ulong)(uint)seed << 32) ^ purpose * 0x9E3779B97F4A7C15UL);
        return new LineRandom(mixer.Next() ^ ((ulong)index * 0xD1342543DE82EF95UL));
    }

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15UL;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    /// <summary>0 up to, but not, 1.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    public float Between(double low, double high) => (float)(low + (high - low) * Unit());

    /// <summary>0 up to, but not, <paramref name="end"/>.</summary>
    public int Below(int end) => (int)(Unit() * end);

    public bool Chance(double probability) => Unit() < probability;

    /// <summary>-1 or 1.</summary>
    public int Sign() => Chance(0.5) ? -1 : 1;
}
