using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Logging;
using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Hosting.Challenges;

/// <summary>
/// <c>challenges.json</c> in the data folder: how the last challenge parts of each station fared, so that a station that did wrong is not
/// well again after a restart. Thread-safe; nobody waits for the disk.
/// </summary>
internal sealed class ChallengeFile
{
    /// <summary>The file's name in the data folder.</summary>
    public const string FileName = "challenges.json";

    private const int MostBytes = 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly Dictionary<string, ChallengeMemory> _stations;
    private readonly FaultLog _faults;
    private Task _writing = Task.CompletedTask;

    /// <summary>Reads the file. A file that can't be read is passed over, and the log says so.</summary>
    public ChallengeFile(string dataFolder, TimeProvider time, ILogger log)
    {
        _path = Path.GetFullPath(Path.Combine(dataFolder, FileName));
        _faults = new FaultLog(log, $"Keeping the challenge parts in '{_path}'", time);
        try
        {
            _stations = Read(_path);
        }
        catch (Exception fault) when (DiskFault.Is(fault) || fault is JsonException or InvalidDataException)
        {
            _stations = [];
            _faults.Report($"it can't be read, so that nobody knows of those before the restart: {fault.Message}");
        }
    }

    /// <summary>The memory of a station; null: there is none yet.</summary>
    public ChallengeMemory? this[string station]
    {
        get
        {
            lock (_gate)
                return _stations.GetValueOrDefault(station);
        }
    }

    /// <summary>Queues a station's memory to be written soon.</summary>
    public void Put(string station, ChallengeMemory memory)
    {
        lock (_gate)
        {
            _stations[station] = memory;
            _writing = _writing.ContinueWith(_ => Write(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private static Dictionary<string, ChallengeMemory> Read(string path)
    {
        if (!File.Exists(path))
            return [];
        FileFacts.Demand(path);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (file.Length > MostBytes)
            throw new InvalidDataException($"It is larger than {MostBytes} bytes.");
        Dictionary<string, ChallengeMemory> read =
            JsonSerializer.Deserialize(file, ChallengeJson.Readable.DictionaryStringChallengeMemory) ?? [];
        return new(read.Where(station => station.Value is not null), StringComparer.Ordinal);
    }

    private void Write()
    {
        try
        {
            byte[] json;
            lock (_gate)
                json = JsonSerializer.SerializeToUtf8Bytes(_stations, ChallengeJson.Readable.DictionaryStringChallengeMemory);
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            AtomicFile.Write(_path, json, Durability.PowerCut);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            _faults.Report(fault.Message);
        }
    }
}

[JsonSerializable(typeof(Dictionary<string, ChallengeMemory>))]
internal sealed partial class ChallengeJson : JsonSerializerContext
{
    /// <summary>Written so that people can read it.</summary>
    public static ChallengeJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        MaxDepth = 8,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters =
        {
            new JsonStringEnumConverter<Challenge>(JsonNamingPolicy.CamelCase),
            new JsonStringEnumConverter<VerdictKind>(JsonNamingPolicy.CamelCase),
            new JsonStringEnumConverter<GateAction>(JsonNamingPolicy.CamelCase),
        },
    });
}
