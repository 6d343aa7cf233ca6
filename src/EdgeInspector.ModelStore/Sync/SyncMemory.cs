using EdgeInspector.Foundation.Files;
using EdgeInspector.ModelStore.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.ModelStore.Sync;

/// <summary>What a station's sync remembers across restarts; kept in <c>models/sync</c>.</summary>
internal sealed record SyncMemory
{
    /// <summary>The source of this memory: for another source the memory begins anew.</summary>
    public string? Source { get; init; }

    /// <summary>The offer that was last dealt with.</summary>
    public string? Id { get; init; }

    /// <summary>Version of that offer.</summary>
    public string? Version { get; init; }

    /// <summary>Why that offer was refused; null when it was taken.</summary>
    public string? Refusal { get; init; }

    /// <summary>The web server's <c>ETag</c> of the manifest, at the last offer that was dealt with.</summary>
    public string? ETag { get; init; }
}

/// <summary>The file with a station's memory. A damaged file is begun anew: at worst, a package is pulled once more.</summary>
internal sealed partial class SyncMemoryFile(StoreFolders folders, string station, ILogger log)
{
    private readonly StoreDisk _disk = new();
    private readonly string _path = Path.Combine(folders.Sync, $"{StoreFolders.Safe(station)}.json");

    public SyncMemory Read()
    {
        try
        {
            return StoreJson.Read<SyncMemory>(_path, 64 << 10) ?? new SyncMemory();
        }
        catch (Exception fault) when (DiskFault.Is(fault) || fault is InvalidDataException)
        {
            LogForgotten(log, station, fault.Message);
            return new SyncMemory();
        }
    }

    /// <exception cref="IOException">The disk refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The disk refuses.</exception>
    public void Write(SyncMemory memory)
    {
        _disk.CreateFolder(folders.Sync);
        _disk.Write(_path, StoreJson.Write(memory));
    }

    [LoggerMessage(EventId = 440, Level = LogLevel.Warning,
        Message = "What the sync of station {Station} remembered can't be read, and begins anew: {Cause}")]
    private static partial void LogForgotten(ILogger log, string station, string cause);
}
