using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Delivery.Audit;

/// <summary>Reads a file of the log line by line, also while an agent writes it. One user at a time.</summary>
internal sealed class AuditLines : IDisposable
{
    private readonly FileStream _file;
    private readonly byte[] _buffer = new byte[1 << 20];
    private int _from;
    private int _until;
    private bool _isAtEnd;

    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public AuditLines(string path)
    {
        // Opening a pipe would wait for a writer, and a device has no end.
        FileFacts.Demand(path);
        _file = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
    }

    /// <summary>Where in the file the line that was read last begins.</summary>
    public long LineAt { get; private set; }

    /// <summary>Where in the file the next line begins.</summary>
    public long NextAt { get; private set; }

    /// <summary>The next line without its line break; valid until the next call. False at the end.</summary>
    /// <param name="line">The line; a very long one comes in pieces.</param>
    /// <param name="hasEnd">False when the line's break is missing: the line was not written to its end, or is no line at all.</param>
    public bool TryRead(out ReadOnlySpan<byte> line, out bool hasEnd)
    {
        while (true)
        {
            ReadOnlySpan<byte> there = _buffer.AsSpan(_from, _until - _from);
            int at = there.IndexOf((byte)'\n');
            hasEnd = at >= 0;
            if (hasEnd || there.Length > AuditLine.MostBytes || _isAtEnd)
            {
                line = hasEnd ? there[..at] : there;
                int taken = hasEnd ? at + 1 : there.Length;
                LineAt = NextAt;
                NextAt += taken;
                _from += taken;
                return taken > 0;
            }
            Fill();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    private void Fill()
    {
        _buffer.AsSpan(_from, _until - _from).CopyTo(_buffer);
        (_from, _until) = (0, _until - _from);
        int count = _file.Read(_buffer.AsSpan(_until));
        _isAtEnd = count == 0;
        _until += count;
    }
}
