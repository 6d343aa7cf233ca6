namespace EdgeInspector.ModelStore.Packages;

/// <summary>
/// The CRC-32 of zip files (polynomial 0xEDB88320). The runtime's archive reader does not check it, so that damage would go unnoticed.
/// </summary>
internal static class ZipCheckSum
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(Entry)];

    public static uint Compute(ReadOnlySpan<byte> content)
    {
        uint sum = 0xFFFFFFFF;
        foreach (byte value in content)
            sum = Table[(byte)(sum ^ value)] ^ (sum >> 8);
        return ~sum;
    }

    private static uint Entry(int index)
    {
        uint entry = (uint)index;
        for (int bit = 0; bit < 8; bit++)
            entry = (entry & 1) == 1 ? 0xEDB88320 ^ (entry >> 1) : entry >> 1;
        return entry;
    }
}
