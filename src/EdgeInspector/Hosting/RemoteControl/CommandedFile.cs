using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeInspector.Delivery.RemoteControl;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Inspection.Rules;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Hosting.RemoteControl;

/// <summary>
/// <c>commanded.json</c> in the data folder: what was commanded of each station and holds across restarts. Written whole or not at all, by
/// the agent that has locked the data folder. Thread-safe.
/// </summary>
internal sealed partial class CommandedFile
{
    /// <summary>The file's name in the data folder.</summary>
    public const string FileName = "commanded.json";

    /// <summary>Under this name each station complains of the file.</summary>
    public const string Component = "commanded";

    private const int Version = 1;
    private const int MostBytes = 1024 * 1024;
    /// <summary>The most characters of a text in the file.</summary>
    public const int MostCharacters = 1024;

    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly Dictionary<string, Commanded> _stations;

    /// <summary>Reads the file. A damaged file is set aside under another name, and nothing in it holds.</summary>
    public CommandedFile(string dataFolder, TimeProvider time, ILogger log)
    {
        _path = Path.GetFullPath(Path.Combine(dataFolder, FileName));
        try
        {
            _stations = Read(_path);
        }
        catch (Exception fault) when (DiskFault.Is(fault) || fault is InvalidDataException)
        {
            _stations = [];
            Problem = $"What was commanded before the restart can't be read from '{_path}', "
                + $"so no station is paused and the thresholds of the settings hold: {fault.Message}";
            if (fault is InvalidDataException)
                Problem += SetAside(time.GetUtcNow());
            LogDamaged(log, Problem);
        }
    }

    /// <summary>What was wrong with the file at the start, in a sentence; null when nothing was.</summary>
    public string? Problem { get; }

    /// <summary>What was commanded of a station and still holds.</summary>
    public Commanded this[string station]
    {
        get
        {
            lock (_gate)
                return _stations.GetValueOrDefault(station) ?? Commanded.Nothing;
        }
    }

    /// <summary>Changes what is commanded of a station from now on.</summary>
    /// <returns>Null when the change is on disk; else why not, in a sentence: the change then holds until the agent ends.</returns>
    public string? Update(string station, Func<Commanded, Commanded> change)
    {
        lock (_gate)
        {
            _stations[station] = change(_stations.GetValueOrDefault(station) ?? Commanded.Nothing);
            try
            {
                Write();
                return null;
            }
            catch (Exception fault) when (DiskFault.Is(fault))
            {
                return $"It could not be noted on disk and holds only until the agent ends: {fault.Message}";
            }
        }
    }

    private static Dictionary<string, Commanded> Read(string path)
    {
        if (!File.Exists(path))
            return [];
        try
        {
            FileFacts.Demand(path);
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (file.Length > MostBytes)
                throw new InvalidDataException($"It is larger than {MostBytes} bytes.");
            CommandedStations? read = JsonSerializer.Deserialize(file, CommandedJson.Readable.CommandedStations);
            if (read is not { Version: Version, Stations: { } stations })
                throw new InvalidDataException("It does not say what it should.");
            if (stations.Select(station => Fault(station.Key, station.Value)).FirstOrDefault(fault => fault is not null) is { } fault)
                throw new InvalidDataException(fault);
            return new Dictionary<string, Commanded>(stations, StringComparer.Ordinal);
        }
        catch (JsonException damaged)
        {
            throw new InvalidDataException(damaged.Message, damaged);
        }
    }

    // Somebody may have edited the file.
    private static string? Fault(string station, Commanded? commanded)
    {
        if (commanded is not { Thresholds: not null } || commanded.Thresholds.Any(one => one is null))
            return $"What it says of station {Quoted(station)} is not what it should be.";
        foreach (CommandedThreshold one in commanded.Thresholds)
        {
            string what = $"of {(one.Tag is { } tag ? $"tag {Quoted(tag)}" : "all tags")} at station {Quoted(station)}";
            if (!IsShare(one.Threshold))
                return $"threshold {what}{NoShare(one.Threshold)}";
            if (one.InSettings is { } inSettings && !IsShare(inSettings))
                return $"inSettings {what}{NoShare(inSettings)}";
        }
        IEnumerable<string?> texts = commanded.Thresholds.SelectMany(one => new[] { one.Tag, one.By, one.Why });
        if (!AreSound([commanded.Pause?.By, commanded.Pause?.Why, commanded.Storm?.Why, .. texts]))
            return $"A text of station {Quoted(station)} is longer than {MostCharacters} characters or has control characters.";
        return commanded.Thresholds.Select(one => one.Tag).Distinct(StringComparer.Ordinal).Count() == commanded.Thresholds.Count
            ? null
            : $"Station {Quoted(station)} has two thresholds for one tag.";
    }

    private static string NoShare(double value) =>
        string.Create(CultureInfo.InvariantCulture, $" is {value}; it must be from 0 to 1.{Percentage.Hint(value)}");

    private static bool IsShare(double value) => value is >= 0 and <= 1;

    private static string Quoted(string name) => $"'{PrintableText.Of(name, 64)}'";

    private static bool AreSound(params ReadOnlySpan<string?> texts)
    {
        foreach (string? text in texts)
        {
            if (text is not null && (text.Length > MostCharacters || text.Any(char.IsControl)))
                return false;
        }
        return true;
    }

    private void Write()
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(
            new CommandedStations(Version, _stations), CommandedJson.Readable.CommandedStations);
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        AtomicFile.Write(_path, json, Durability.PowerCut);
    }

    private string SetAside(DateTimeOffset at)
    {
        string aside = $"{_path}.set-aside-{at.UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}";
        try
        {
            File.Move(_path, aside, overwrite: true);
            return $" It was set aside as {Path.GetFileName(aside)}.";
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            return $" It could not be set aside: {fault.Message}";
        }
    }

    [LoggerMessage(EventId = 620, Level = LogLevel.Error, Message = "{Problem}")]
    private static partial void LogDamaged(ILogger log, string problem);
}

/// <summary>The content of the file.</summary>
internal sealed record CommandedStations(int Version, Dictionary<string, Commanded> Stations);

[JsonSerializable(typeof(CommandedStations))]
internal sealed partial class CommandedJson : JsonSerializerContext
{
    /// <summary>Written so that people can read it.</summary>
    public static CommandedJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        MaxDepth = 16,
        AllowDuplicateProperties = false,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
