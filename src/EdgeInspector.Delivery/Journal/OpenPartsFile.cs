using System.Collections.Concurrent;
using System.Globalization;
using System.IO.MemoryMappedFiles;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Inspection.Challenges;

namespace EdgeInspector.Delivery.Journal;

/// <summary>
/// The parts that were accepted and whose events are not on disk yet, in a memory-mapped file: to note one costs a copy in memory, and the
/// notes survive <c>kill -9</c>, because the pages belong to the system. A power cut may lose the last moments. Thread-safe.
/// </summary>
/// <remarks>
/// The file is written in full when it is made, so that a full disk can't take the memory away later. Layout: a page with the magic and the
/// number of slots, then the slots (<see cref="OpenPartSlot"/>).
/// </remarks>
internal sealed unsafe class OpenPartsFile : IDisposable
{
    /// <summary>The file's name in the data folder.</summary>
    public const string FileName = "open-parts.dat";

    /// <summary>How many parts can be open at a time, over all stations.</summary>
    public const int Slots = 4096;

    private const int HeadBytes = 4096;
    private const long FileBytes = HeadBytes + (long)Slots * OpenPartSlot.Size;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _first;
    private readonly ConcurrentBag<int> _free = [];
    private readonly ConcurrentDictionary<Guid, int> _taken = new();
    private readonly Lock _closing = new();
    private long _order;
    private bool _closed;

    private OpenPartsFile(MemoryMappedFile file)
    {
        _file = file;
        _view = file.CreateViewAccessor(0, FileBytes);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _first = start + HeadBytes;
    }

    private static ReadOnlySpan<byte> Magic => "EdgeInspector open parts 1\n"u8;

    /// <summary>
    /// Opens the file, or makes the file. A file that is not of the right form is set aside as <c>open-parts-TIME.dat</c>.
    /// </summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="at">The time in the name of the file that is set aside.</param>
    /// <param name="left">The parts that an earlier process left open, in order.</param>
    /// <param name="torn">How many slots could not be read.</param>
    /// <exception cref="IOException">The folder can't be used.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder can't be used.</exception>
    public static OpenPartsFile Open(string folder, DateTimeOffset at, out IReadOnlyList<OpenPart> left, out int torn)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, FileName);
        if (File.Exists(path) && !IsOurs(path))
            File.Move(
                path,
                Path.Combine(folder, $"open-parts-{at.UtcDateTime.ToString("yyyyMMdd-HHmmss-fff", CultureInfo.InvariantCulture)}.dat"));
        if (!File.Exists(path))
            Create(path);
        var file = new OpenPartsFile(MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, FileBytes));
        left = file.ReadLeft(out torn);
        return file;
    }

    /// <summary>Notes an accepted part. False when all slots are taken: the part will not survive a kill.</summary>
    public bool Note(Guid id, long number, string station, string part, DateTimeOffset triggeredAt, Challenge challenge = Challenge.None)
    {
        lock (_closing)
        {
            if (_closed || !_free.TryTake(out int slot))
                return false;
            OpenPartSlot.WriteOpened(Slot(slot), id, Interlocked.Increment(ref _order), number, station, part, triggeredAt, challenge);
            _taken[id] = slot;
            return true;
        }
    }

    /// <summary>Notes what the gate is about to be told.</summary>
    public void NoteAnswer(Guid id, in OpenPartOutcome answer) => Note(id, answer, OpenPartSlot.AnswerAt);

    /// <summary>Notes what became of a part.</summary>
    public void NoteOutcome(Guid id, in OpenPartOutcome outcome) => Note(id, outcome, OpenPartSlot.OutcomeAt);

    private void Note(Guid id, in OpenPartOutcome outcome, int at)
    {
        lock (_closing)
        {
            if (!_closed && _taken.TryGetValue(id, out int slot))
                OpenPartSlot.WriteOutcome(Slot(slot), outcome, at);
        }
    }

    /// <summary>Notes that a part's event is safe; the part's slot is kept for the audit log.</summary>
    public void NoteSafe(Guid id)
    {
        lock (_closing)
        {
            if (!_closed && _taken.TryGetValue(id, out int slot))
                OpenPartSlot.WriteSafe(Slot(slot));
        }
    }

    /// <summary>Forgets a part whose event is safe.</summary>
    public void Forget(Guid id)
    {
        lock (_closing)
        {
            if (_closed || !_taken.TryRemove(id, out int slot))
                return;
            OpenPartSlot.Clear(Slot(slot));
            _free.Add(slot);
        }
    }

    public void Dispose()
    {
        lock (_closing)
        {
            if (_closed)
                return;
            _closed = true;
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
        }
    }

    // Open slots stay open until their events are safe.
    private List<OpenPart> ReadLeft(out int torn)
    {
        var left = new List<OpenPart>();
        torn = 0;
        for (int i = Slots - 1; i >= 0; i--)
        {
            Span<byte> slot = Slot(i);
            if (OpenPartSlot.IsFree(slot))
            {
                _free.Add(i);
            }
            else if (OpenPartSlot.Read(slot) is { } part && _taken.TryAdd(part.Id, i))
            {
                left.Add(part);
            }
            else
            {
                torn++;
                OpenPartSlot.Clear(slot);
                _free.Add(i);
            }
        }
        left.Sort((a, b) => a.Order.CompareTo(b.Order));
        _order = left.Count > 0 ? left[^1].Order : 0;
        return left;
    }

    private Span<byte> Slot(int number) => new(_first + (long)number * OpenPartSlot.Size, OpenPartSlot.Size);

    private static bool IsOurs(string path)
    {
        if (FileFacts.Complaint(path) is not null)
            return false;
        using FileStream file = File.OpenRead(path);
        Span<byte> head = stackalloc byte[Magic.Length];
        return file.Length == FileBytes && file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length
            && head.SequenceEqual(Magic);
    }

    private static void Create(string path)
    {
        using var file = new AtomicFile(path, Durability.PowerCut);
        byte[] page = new byte[HeadBytes];
        Magic.CopyTo(page);
        file.Content.Write(page);
        Array.Clear(page);
        for (long written = HeadBytes; written < FileBytes; written += page.Length)
            file.Content.Write(page);
        file.Commit();
    }
}
