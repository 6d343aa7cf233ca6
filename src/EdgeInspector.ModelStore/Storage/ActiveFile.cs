using EdgeInspector.Foundation.Files;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.ModelStore.Storage;

/// <summary>
/// <c>active.json</c>. Written whole or not at all; only by the agent, which holds the data folder's lock, or by a command that holds that
/// lock. Thread-safe.
/// </summary>
public sealed partial class ActiveFile
{
    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly StoreDisk _disk;
    private ActivePackages _models;

    private ActiveFile(StoreFolders folders, StoreDisk disk, Func<ActiveFile, ActivePackages> read)
    {
        (_path, _disk) = (folders.Active, disk);
        _models = read(this);
    }

    internal ActiveFile(StoreFolders folders, TimeProvider time, ILogger log, StoreDisk disk)
        : this(folders, disk, file => file.ReadOrSetAside(time, log))
    {
    }

    /// <summary>Reads the file. A damaged file is set aside under another name and begun anew.</summary>
    public ActiveFile(StoreFolders folders, TimeProvider time, ILogger log)
        : this(folders, time, log, new StoreDisk())
    {
    }

    /// <summary>
    /// Reads the file for information only, beside an agent that may be running: nothing is set aside, and nothing may be changed.
    /// </summary>
    public static ActiveFile Peek(StoreFolders folders) => new(folders, new StoreDisk(), file => file.ReadOrNothing());

    /// <summary>What is wrong with the file, in a sentence; null when the file is well.</summary>
    public string? Problem { get; private set; }

    /// <summary>What a station runs; all empty for an unknown station.</summary>
    public ActivePackage this[string station]
    {
        get
        {
            lock (_gate)
                return _models.Stations.GetValueOrDefault(station) ?? new ActivePackage();
        }
    }

    /// <summary>Every package that a station runs or may go back to.</summary>
    public IReadOnlySet<string> InUse
    {
        get
        {
            lock (_gate)
                return _models.Stations.Values.SelectMany(station => station.InUse).ToHashSet(StringComparer.Ordinal);
        }
    }

    /// <summary>Changes the entry of a station, on disk first.</summary>
    /// <exception cref="IOException">The entry could not be written; nothing has changed.</exception>
    /// <exception cref="UnauthorizedAccessException">The entry could not be written; nothing has changed.</exception>
    public void Update(string station, Func<ActivePackage, ActivePackage> change)
    {
        lock (_gate)
        {
            ActivePackage before = _models.Stations.GetValueOrDefault(station) ?? new ActivePackage();
            ActivePackage after = change(before);
            if (after == before)
                return;
            var models = _models with { Stations = new Dictionary<string, ActivePackage>(_models.Stations) { [station] = after } };
            _disk.CreateFolder(Path.GetDirectoryName(_path)!);
            _disk.Write(_path, StoreJson.Write(models));
            _models = models;
            Problem = null;
        }
    }

    private ActivePackages Read()
    {
        ActivePackages models = StoreJson.Read<ActivePackages>(_path) ?? new ActivePackages();
        return models.Complaint is { } complaint ? throw new InvalidDataException($"'{_path}' can't be used: {complaint}.") : models;
    }

    private ActivePackages ReadOrNothing()
    {
        try
        {
            return Read();
        }
        catch (Exception fault) when (DiskFault.Is(fault) || fault is InvalidDataException)
        {
            Problem = fault.Message;
            return new ActivePackages();
        }
    }

    private ActivePackages ReadOrSetAside(TimeProvider time, ILogger log)
    {
        try
        {
            return Read();
        }
        catch (Exception fault) when (DiskFault.Is(fault) || fault is InvalidDataException)
        {
            // Also sets aside a file that merely can't be read: the next change would overwrite it.
            string aside = $"{_path}.set-aside-{time.GetUtcNow():yyyyMMdd-HHmmss}";
            Problem = $"{fault.Message} It was set aside as {Path.GetFileName(aside)}; "
                + "every station begins with the model of its settings.";
            try
            {
                _disk.Move(_path, aside);
            }
            catch (Exception stuck) when (DiskFault.Is(stuck))
            {
                Problem = $"{fault.Message} It can't be set aside either ({stuck.Message.TrimEnd('.')}); "
                    + "every station begins with the model of its settings.";
            }
            LogDamaged(log, Problem);
            return new ActivePackages();
        }
    }

    [LoggerMessage(EventId = 400, Level = LogLevel.Error, Message = "{Problem}")]
    private static partial void LogDamaged(ILogger log, string problem);
}
