using System.Text;
using System.Text.Json;
using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Delivery.Refused;

/// <summary>
/// The folder <c>refused</c> in the data folder: events that the broker does not take, each as it would have been published, with a text
/// beside it that says why; and <c>tries.json</c>, so that the count of tries survives a restart. One user at a time.
/// </summary>
internal sealed class RefusedFolder
{
    public const string Name = "refused";

    private const string TriesFile = "tries.json";

    // Enough to see what is wrong; if every event of a plant is refused, the events must not fill the disk twice.
    private const int MostEvents = 1000;
    private const long MostBytes = 64 * 1024 * 1024;
    private const int MostTries = 10_000;

    private readonly string _folder;
    private readonly Dictionary<Guid, int> _tries;

    public RefusedFolder(string dataFolder)
    {
        _folder = Path.Combine(dataFolder, Name);
        _tries = Load(Path.Combine(_folder, TriesFile));
    }

    /// <summary>Points of an event, by <see cref="Refused.Tries"/>.</summary>
    public int Tries(Guid id) => _tries.GetValueOrDefault(id);

    /// <summary>Notes a try; if the disk refuses the note, the next start does not know of the try.</summary>
    /// <returns>The event's points.</returns>
    public int Add(Guid id, int points)
    {
        if (_tries.Count >= MostTries)
            _tries.Clear();
        int sum = _tries[id] = Tries(id) + points;
        Save();
        return sum;
    }

    /// <summary>Forgets an event that was delivered or set aside.</summary>
    public void Forget(Guid id)
    {
        if (_tries.Remove(id))
            Save();
    }

    /// <summary>Keeps an event.</summary>
    /// <returns>Where the event lies, below the data folder; null when the folder holds as much as it may.</returns>
    /// <exception cref="IOException">The disk refuses the event.</exception>
    /// <exception cref="UnauthorizedAccessException">The disk refuses the event.</exception>
    public string? Keep(Guid id, byte[] json, string reason)
    {
        var folder = new DirectoryInfo(_folder);
        folder.Create();
        FileInfo[] events = [.. folder.EnumerateFiles("*.json").Where(file => file.Name != TriesFile)];
        if (events.Length >= MostEvents || events.Sum(file => file.Length) + json.Length > MostBytes)
            return null;
        Write($"{id}.txt", Encoding.UTF8.GetBytes(reason + "\n"));
        Write($"{id}.json", json);
        return $"{Name}/{id}.json";
    }

    private static Dictionary<Guid, int> Load(string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > 0 and < 1024 * 1024 })
                return JsonSerializer.Deserialize(File.ReadAllBytes(path), RefusedJson.Default.DictionaryGuidInt32) ?? [];
        }
        catch (Exception e) when (DiskFault.Is(e) || e is JsonException)
        {
            // The count begins anew, which costs a few more tries.
        }
        return [];
    }

    private void Save()
    {
        try
        {
            Directory.CreateDirectory(_folder);
            Write(TriesFile, JsonSerializer.SerializeToUtf8Bytes(_tries, RefusedJson.Default.DictionaryGuidInt32));
        }
        catch (Exception e) when (DiskFault.Is(e))
        {
            // The count is still in memory.
        }
    }

    private void Write(string name, byte[] content) => AtomicFile.Write(Path.Combine(_folder, name), content, Durability.PowerCut);
}

[System.Text.Json.Serialization.JsonSerializable(typeof(Dictionary<Guid, int>))]
internal sealed partial class RefusedJson : System.Text.Json.Serialization.JsonSerializerContext;
