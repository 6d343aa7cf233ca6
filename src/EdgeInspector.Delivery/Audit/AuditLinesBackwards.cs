using System.Buffers;
using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Delivery.Audit;

/// <summary>Reads a file of the log line by line from its end, also while an agent writes it. One user at a time.</summary>
internal sealed class AuditLinesBackwards : IDisposable
{
    private const int Block = 64 * 1024;

    private readonly FileStream _file;
    // Room for a block, and for the end of a line whose beginning lies in the block before. Lent, since there may be hundreds of files.
    private readonly byte[] _buffer;
    private int _until;
    private bool _isTooLong, _isDisposed;

    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public AuditLinesBackwards(string path)
    {
        // Opening a pipe would wait for a writer, and a device has no end.
        FileFacts.Demand(path);
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        BytesLeft = _file.Length;
        _buffer = ArrayPool<byte>.Shared.Rent(Block + AuditLine.MostBytes);
    }

    /// <summary>Bytes before those that were read.</summary>
    public long BytesLeft { get; private set; }

    /// <summary>Bytes that were read.</summary>
    public long BytesRead { get; private set; }

    /// <summary>
    /// The line before, without its line break; valid until the next call. False at the beginning of the file. Lines longer than any entry
    /// are passed over.
    /// </summary>
    /// <exception cref="IOException">The file can't be read, or became shorter meanwhile.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        while (true)
        {
            ReadOnlySpan<byte> there = _buffer.AsSpan(0, _until);
            int at = there.LastIndexOf((byte)'\n');
            if (at < 0 && BytesLeft > 0)
            {
                Fill();
                continue;
            }
            line = there[(at + 1)..];
            _until = Math.Max(at, 0);
            bool isEntry = line.Length > 0 && !_isTooLong;
            _isTooLong = false;
            if (isEntry || at < 0)
                return isEntry;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _file.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
    }

    private void Fill()
    {
        if (_until > AuditLine.MostBytes)
            (_until, _isTooLong) = (0, true);
        int size = (int)Math.Min(Block, BytesLeft);
        _buffer.AsSpan(0, _until).CopyTo(_buffer.AsSpan(size));
        _file.Position = BytesLeft - size;
        _file.ReadExactly(_buffer, 0, size);
        _until += size;
        BytesLeft -= size;
        BytesRead += size;
    }
}
