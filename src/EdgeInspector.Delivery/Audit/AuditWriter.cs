using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Delivery.Audit;

/// <summary>Appends entries to the chain. Only the process that has locked the data folder may make one. Not thread-safe.</summary>
/// <remarks>
/// A file is only ever appended to. If a killed process or a power cut left part of an entry, that part stays in the file, and the next
/// entry tells of it. After a failed write the file is cut back to the last whole entry, and the chain is as before.
/// </remarks>
internal sealed class AuditWriter : IDisposable
{
    private const int MostCharacters = 4000;

    private readonly string _folder;
    private readonly AuditKey? _key;
    private readonly IReadOnlyList<AuditKey> _earlier;
    private readonly TimeProvider _time;
    private readonly long _mostFileBytes;
    private readonly ArrayBufferWriter<byte> _buffer = new(64 * 1024);
    private readonly byte[] _previous = AuditLine.Nothing.ToArray();
    private readonly List<AuditEntry> _told = [];
    private AuditFile? _file;
    private FileStream? _stream;
    private long _length;

    // True when the newest file does not end with a line break.
    private bool _lacksBreak;

    private AuditWriter(string folder, AuditKey? key, IReadOnlyList<AuditKey> earlier, TimeProvider time, long mostFileBytes) =>
        (_folder, _key, _earlier, _time, _mostFileBytes) = (folder, key, earlier, time, mostFileBytes);

    /// <summary>Number of the last entry.</summary>
    public long Number { get; private set; }

    /// <summary>The last entry's hash, 64 digits.</summary>
    public string Hash => AuditLine.Text(_previous);

    /// <summary>What did not fit in the newest file, as a sentence; null: everything fitted.</summary>
    public string? Misfit { get; private set; }

    /// <summary>Which entry an earlier process did not write to its end, as a sentence; null: none.</summary>
    public string? Torn =>
        _told.Find(one => one.Kind == "torn") is { } told ? $"{told.What}: {told.Count} bytes at the end. {told.Why}" : null;

    /// <summary>The newest file; null before the first entry.</summary>
    public string? FileName => _file?.Name;

    /// <summary>The size that a file may reach; small enough that removing the oldest file helps.</summary>
    public static long FileBytes(AuditOptions options) => Math.Max(1_000_000, options.MaxBytes / 8);

    /// <summary>Continues the log of this folder.</summary>
    /// <param name="folder">The folder; made if it is missing.</param>
    /// <param name="key">Seals the entries; null: entries are not sealed.</param>
    /// <param name="time">The clock.</param>
    /// <param name="mostFileBytes">A larger file is followed by another file of the same day.</param>
    /// <param name="earlier">Keys that may have sealed entries before the key was changed.</param>
    /// <exception cref="IOException">The folder can't be used.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be used.</exception>
    public static AuditWriter Open(
        string folder, AuditKey? key, TimeProvider time, long mostFileBytes, IReadOnlyList<AuditKey>? earlier = null)
    {
        Directory.CreateDirectory(folder);
        var writer = new AuditWriter(folder, key, earlier ?? [], time, mostFileBytes);
        List<AuditFile> files = AuditFiles.In(folder);
        while (files.Count > 0)
        {
            writer._file = files[^1];
            if (writer.TakeUp(files[^1]))
                break;
            files.RemoveAt(files.Count - 1);
        }
        return writer;
    }

    /// <summary>Appends entries in one write: all of them or, when it throws, none.</summary>
    /// <exception cref="IOException">The disk refuses; the caller may try again later.</exception>
    /// <exception cref="UnauthorizedAccessException">The disk refuses access; the caller may try again later.</exception>
    public void Append(IReadOnlyList<AuditEntry> entries)
    {
        long number = Number;
        Span<byte> previous = stackalloc byte[AuditLine.HashLength];
        _previous.CopyTo(previous);
        try
        {
            _buffer.ResetWrittenCount();
            Roll();
            foreach (AuditEntry entry in _told)
                Put(entry);
            foreach (AuditEntry entry in entries)
                Put(entry);
            RandomAccess.Write(_stream!.SafeFileHandle, _buffer.WrittenSpan, _length);
            _length += _buffer.WrittenCount;
            _told.Clear();
        }
        catch
        {
            Number = number;
            previous.CopyTo(_previous);
            CutBack();
            throw;
        }
    }

    /// <summary>Brings the appended entries to the disk, and checks that the file is still there.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Flush()
    {
        if (_stream is null)
            return;
        _stream.Flush(flushToDisk: true);
        if (File.Exists(_file!.Path))
            return;
        Close();
        throw new IOException($"{_file.Name} was removed while the agent wrote it; what stood in it is lost, and the chain shows a gap.");
    }

    /// <inheritdoc />
    public void Dispose() => _stream?.Dispose();

    /// <summary>Finds the last whole entry of the newest file; false when the file has none.</summary>
    private bool TakeUp(AuditFile file)
    {
        long goodUntil = 0;
        using (var lines = new AuditLines(file.Path))
        {
            var chain = new AuditChain(_key is null ? [] : [_key, .. _earlier]);
            bool isBad = false;
            while (lines.TryRead(out ReadOnlySpan<byte> line, out bool hasEnd))
            {
                string? misfit = chain.Take(line, out AuditLine parts, out bool isWhole);
                if (!isWhole)
                {
                    isBad = true;
                    continue;
                }
                // The process was killed between the entry's last byte and its line break: an entry like any other.
                _lacksBreak = !hasEnd;
                // The next entry tells of a torn line. If it does not, the line was altered.
                if (isBad && AuditWords.Field(line, "kind") != "torn")
                    misfit = "It follows a line that was altered.";
                isBad = false;
                if (misfit is not null)
                    Misfit ??= $"{file.Name}, {AuditWords.Of(line)}: {misfit} Run 'EdgeInspector audit verify'.";
                goodUntil = lines.NextAt;
                Number = parts.Number;
                parts.Hash.CopyTo(_previous);
            }
            _length = lines.NextAt;
            if (chain.Key is { } before && before != _key)
                TellOfKey(before);
        }
        if (_length > goodUntil)
            TellOfTorn(file, goodUntil);
        if (goodUntil > 0)
            return true;
        // A process began the file and ended before the first entry was whole: the file does not belong to the chain.
        if (_length == 0)
            File.Delete(file.Path);
        else
            File.Move(file.Path, file.Path + ".torn", overwrite: true);
        (_file, _length, _lacksBreak) = (null, 0, false);
        return false;
    }

    private void TellOfKey(AuditKey before) => _told.Add(new AuditEntry("key", _time.GetUtcNow())
    {
        What = "changed",
        Name = _key!.Id,
        Before = before.Id,
        From = "settings",
        Why = "Entries from this one on are sealed with another key.",
    });

    private void TellOfTorn(AuditFile file, long from)
    {
        byte[] torn = new byte[Math.Min(_length - from, 1 << 20)];
        using (var stream = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
        {
            stream.Position = from;
            torn = torn[..stream.ReadAtLeast(torn, torn.Length, throwOnEndOfStream: false)];
            stream.Position = from;
            bool isPowerCut = torn[^1] != '\n' || torn.AsSpan().Contains((byte)0);
            if (!isPowerCut)
            {
                Misfit ??= $"{file.Name}: the last line is whole but not what its hash says. Run 'EdgeInspector audit verify'.";
                return;
            }
            _lacksBreak = true;
            _told.Add(new AuditEntry("torn", _time.GetUtcNow())
            {
                What = file.Name,
                Count = _length - from,
                Before = Convert.ToHexStringLower(SHA256.HashData(stream)),
                Why = "The agent was killed or the power failed while this was written: "
                    + PrintableText.Of(Encoding.UTF8.GetString(torn.AsSpan(0, Math.Min(torn.Length, 500))), 500),
            });
        }
    }

    /// <summary>Makes sure that today's file is open.</summary>
    private void Roll()
    {
        var today = DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);
        if (_file is { } file && file.Day == today && _length < _mostFileBytes && File.Exists(file.Path)
            && (_stream is not null || TryReopen(file)))
            return;
        _stream?.Flush(flushToDisk: true);
        FinishTornLine();
        Close();
        AuditFile next = AuditFiles.New(_folder, (_file?.Number ?? 0) + 1, today);
        _stream = new FileStream(next.Path, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 0);
        (_file, _length) = (next, 0);
        Put(new AuditEntry("file", _time.GetUtcNow()) { What = next.Name });
    }

    /// <summary>False where the file belongs to another user, such as to root, who has run a command: then a new file is begun.</summary>
    private bool TryReopen(AuditFile file)
    {
        try
        {
            _stream = new FileStream(file.Path, FileMode.Open, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 0);
            _length = _stream.Length;
            FinishTornLine();
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            // Otherwise the next try would take the file for finished, and begin its entry on the torn line.
            Close();
            throw;
        }
    }

    // Otherwise the next entry would stand on the same line.
    private void FinishTornLine()
    {
        if (!_lacksBreak || _file is null)
            return;
        try
        {
            using FileStream? own = _stream is not null ? null : new FileStream(
                _file.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            FileStream stream = own ?? _stream!;
            long length = stream.Length;
            RandomAccess.Write(stream.SafeFileHandle, "\n"u8, length);
            _length = length + 1;
        }
        catch (UnauthorizedAccessException)
        {
            // Another user owns the file, so it stays as it is.
        }
        _lacksBreak = false;
    }

    private void Put(AuditEntry entry)
    {
        AuditEntry cut = entry with { Why = Cut(entry.Why), Rule = Cut(entry.Rule) };
        AuditLine.Write(_buffer, ++Number, JsonSerializer.SerializeToUtf8Bytes(cut, AuditJson.Default.AuditEntry), _previous, _key);
    }

    private static string? Cut(string? text) => text is { Length: > MostCharacters } ? text[..MostCharacters] + "…" : text;

    private void CutBack()
    {
        if (_stream is null)
            return;
        try
        {
            if (_length > 0)
            {
                _stream.SetLength(_length);
                return;
            }
            // This very write began the file.
            string path = _file!.Path;
            Close();
            File.Delete(path);
            _file = AuditFiles.In(_folder).LastOrDefault();
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            // The next write begins at the same place and overwrites these bytes.
        }
    }

    private void Close()
    {
        _stream?.Dispose();
        _stream = null;
    }
}
