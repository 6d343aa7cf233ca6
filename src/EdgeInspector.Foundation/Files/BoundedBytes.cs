namespace EdgeInspector.Foundation.Files;

/// <summary>Reads a stream of unknown length, up to a limit.</summary>
public static class BoundedBytes
{
    /// <summary>All bytes; null where there are more than <paramref name="most"/>, without reading on.</summary>
    public static async Task<byte[]?> ReadAsync(Stream stream, long most, CancellationToken stop)
    {
        using var read = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        int count;
        while ((count = await stream.ReadAsync(buffer, stop).ConfigureAwait(false)) > 0)
        {
            if (read.Length + count > most)
                return null;
            read.Write(buffer, 0, count);
        }
        return read.ToArray();
    }
}
