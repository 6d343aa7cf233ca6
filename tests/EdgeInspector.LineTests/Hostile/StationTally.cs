using System.Globalization;
using System.Text.Json;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests.Hostile;

/// <summary>
/// What came of one station that is under attack: its events, as an independent receiver counts them, and the account in its latest
/// <c>state</c>. The ids of its parts are the attacker's and may repeat, so events are counted by their own ids.
/// </summary>
internal sealed class StationTally
{
    private readonly Lock _gate = new();
    private readonly HashSet<Guid> _verdicts = [];
    private readonly Dictionary<string, int> _notices = [];
    private JsonElement _counters;
    private string _status = "";
    private string _reasons = "";

    public void Receive(Arrival message)
    {
        using JsonDocument json = JsonDocument.Parse(message.Payload);
        JsonElement root = json.RootElement;
        lock (_gate)
        {
            if (message.Kind == "state")
            {
                if (root.GetProperty("counters") is { ValueKind: JsonValueKind.Object } counters)
                    _counters = counters.Clone();
                _status = root.GetProperty("status").GetString()!;
                _reasons = root.GetProperty("reasons").GetRawText();
                return;
            }
            string kind = root.GetProperty("kind").GetString()!;
            if (kind == "verdict")
                _verdicts.Add(root.GetProperty("id").GetGuid());
            else
                _notices[kind] = _notices.GetValueOrDefault(kind) + 1;
        }
    }

    public int Verdicts
    {
        get
        {
            lock (_gate)
                return _verdicts.Count;
        }
    }

    public long Counter(string name)
    {
        lock (_gate)
            return _counters.ValueKind == JsonValueKind.Object ? _counters.GetProperty(name).GetInt64() : -1;
    }

    /// <summary>Triggers = pass + reject + review + none = events received.</summary>
    public bool IsWhole =>
        Counter("triggers") is var triggers and >= 0
        && triggers == Counter("pass") + Counter("reject") + Counter("review") + Counter("none")
        && triggers == Verdicts;

    public override string ToString()
    {
        lock (_gate)
        {
            return string.Create(CultureInfo.InvariantCulture,
                $"{_verdicts.Count} verdicts received, {string.Join(", ", _notices.Select(notice => $"{notice.Value} {notice.Key}"))}; "
                + $"status {_status} {_reasons}; counters {_counters}");
        }
    }
}
