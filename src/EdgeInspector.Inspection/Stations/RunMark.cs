using System.Buffers.Binary;
using System.Globalization;
using System.IO.MemoryMappedFiles;
using System.Text;
using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Inspection.Stations;

/// <summary>
/// A note that outlives the process: which package a station runs, and whether it is in the midst of a run. A process that a model kills,
/// or that takes all memory, can't say so itself; the next process reads the note.
/// </summary>
/// <remarks>
/// A small file in memory: to mark a run costs two stores, and the system keeps the marks however the process ends. The boot's id tells a
/// power cut from the end of a process.
/// </remarks>
public sealed unsafe class RunMark : IDisposable
{
    private const int Bytes = 256, PackageLength = 64, BootLength = 40;
    private const int PackageAt = 8, BootAt = PackageAt + PackageLength, StartedAt = BootAt + BootLength, SinceAt = StartedAt + 8,
        HangsAt = SinceAt + 8, KillsAt = HangsAt + 8;

    private static ReadOnlySpan<byte> Magic => "EIRUN 1\n"u8;

    private readonly Lock _closing = new();
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _at;
    private volatile string? _next;
    private volatile bool _isClosed;

    private RunMark(MemoryMappedFile file)
    {
        _file = file;
        _view = file.CreateViewAccessor(0, Bytes);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _at);
    }

    /// <summary>
    /// What an earlier process left in the midst of a run, on this boot of the machine; null: that process left nothing, or ended in order.
    /// </summary>
    public LeftRun? Left { get; private init; }

    /// <summary>Opens a station's file, or makes the file, and reads what an earlier process left.</summary>
    /// <param name="path">The file; its folder is made.</param>
    /// <param name="machine">The facts that tell one boot from another, and whether memory ran out.</param>
    /// <exception cref="IOException">The file can't be used.</exception>
    /// <exception cref="UnauthorizedAccessException">The file can't be used.</exception>
    public static RunMark Open(string path, MachineFacts machine)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        FileFacts.Demand(path);
        byte[] content = new byte[Bytes];
        using (var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            if (file.Length == Bytes)
                file.ReadExactly(content);
            else
                file.SetLength(0);
            file.SetLength(Bytes);
        }
        LeftRun? left = Read(content, machine);
        var mark = new RunMark(MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, Bytes)) { Left = left };
        var whole = new Span<byte>(mark._at, Bytes);
        whole.Clear();
        Magic.CopyTo(whole);
        Encoding.ASCII.GetBytes(machine.Boot.AsSpan(0, Math.Min(machine.Boot.Length, BootLength)), whole[BootAt..]);
        mark.Write(StartedAt, machine.Ticks);
        mark.Write(KillsAt, machine.KillsForMemory);
        return mark;
    }

    /// <summary>Names the package of the runs that begin from now on.</summary>
    public void Use(string package) => _next = package;

    /// <summary>Marks that a run begins. Station's thread.</summary>
    public void Begin()
    {
        if (_isClosed)
            return;
        if (_next is { } next)
        {
            _next = null;
            Encoding.ASCII.GetBytes(next.AsSpan(0, Math.Min(next.Length, PackageLength)), new Span<byte>(_at + PackageAt, PackageLength));
        }
        Write(HangsAt, 0);
        Write(SinceAt, Environment.TickCount64);
    }

    /// <summary>Marks that the run has returned.</summary>
    public void End()
    {
        if (!_isClosed)
            Write(SinceAt, 0);
    }

    /// <summary>Marks that the run has not returned for longer than any run may take. Called on another thread.</summary>
    public void Hangs()
    {
        lock (_closing)
        {
            if (!_isClosed)
                Write(HangsAt, 1);
        }
    }

    /// <summary>Closes the file. The marks stay: call this when the station's thread has ended.</summary>
    public void Dispose()
    {
        lock (_closing)
        {
            if (_isClosed)
                return;
            _isClosed = true;
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
        }
    }

    private void Write(int at, long value) => Volatile.Write(ref *(long*)(_at + at), value);

    private static LeftRun? Read(ReadOnlySpan<byte> content, MachineFacts machine)
    {
        long Number(int at, ReadOnlySpan<byte> from) => BinaryPrimitives.ReadInt64LittleEndian(from[at..]);
        string Text(int at, int length, ReadOnlySpan<byte> from) => Encoding.ASCII.GetString(from.Slice(at, length)).TrimEnd('\0');
        long since = Number(SinceAt, content);
        if (!content.StartsWith(Magic) || since == 0 || Text(BootAt, BootLength, content) != machine.Boot || since > machine.Ticks)
            return null;
        LeftRunCause cause = Number(HangsAt, content) != 0 ? LeftRunCause.Hung
            : Number(KillsAt, content) is var before && before >= 0 && machine.KillsForMemory > before ? LeftRunCause.Memory
            : machine.WasKilled ? LeftRunCause.Killed
            : LeftRunCause.Ended;
        return new LeftRun(Text(PackageAt, PackageLength, content), cause, TimeSpan.FromMilliseconds(Math.Max(0, since - Number(StartedAt,
            content))));
    }
}

/// <summary>A run in whose midst a process ended.</summary>
/// <param name="Package">Hash of the package that ran.</param>
/// <param name="Cause">What is known of the end.</param>
/// <param name="After">How long the process had lived when the run began.</param>
public sealed record LeftRun(string Package, LeftRunCause Cause, TimeSpan After);

/// <summary>What is known of a process that ended in the midst of a run.</summary>
public enum LeftRunCause
{
    /// <summary>The process ended: by itself, by a fault in native code, or because somebody killed it, which nobody tells.</summary>
    Ended,

    /// <summary>Somebody killed the process, says the service manager.</summary>
    Killed,

    /// <summary>The run had not returned for longer than any run may take.</summary>
    Hung,

    /// <summary>The system ended a process for want of memory during the run.</summary>
    Memory,
}

/// <summary>What tells one boot of the machine from another, and whether the system had to end processes for want of memory.</summary>
/// <param name="Boot">Differs from boot to boot; empty where the system does not say.</param>
/// <param name="Ticks">Milliseconds since the boot.</param>
/// <param name="KillsForMemory">Processes ended for want of memory since the boot; -1 where the system does not say.</param>
public sealed record MachineFacts(string Boot, long Ticks, long KillsForMemory)
{
    /// <summary>True when the service manager says that somebody killed the process before this one.</summary>
    public bool WasKilled { get; init; }

    /// <summary>Asks the system for the facts.</summary>
    public static MachineFacts Now() => new(Line("/proc/sys/kernel/random/boot_id", _ => true) ?? "", Environment.TickCount64, Kills());

    // The counter also has processes that a container's or a unit's own limit ended (Documentation/admin-guide/mm, mm/oom_kill.c).
    private static long Kills() => Line("/proc/vmstat", line => line.StartsWith("oom_kill ", StringComparison.Ordinal)) is { } line
        && long.TryParse(line.AsSpan("oom_kill ".Length), NumberStyles.None, CultureInfo.InvariantCulture, out long kills) ? kills : -1;

    private static string? Line(string file, Func<string, bool> where)
    {
        try
        {
            return File.Exists(file) ? File.ReadLines(file).FirstOrDefault(where) : null;
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            return null;
        }
    }
}
