using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace EdgeInspector.LineTests.Line;

/// <summary>
/// The account that an independent receiver keeps of every part: when it was announced, its signals and its events as they
/// arrived. Part ids must not repeat.
/// </summary>
internal sealed class Ledger
{
    // "at" and "validMs" are whole milliseconds, both rounded down.
    private static readonly TimeSpan Rounding = TimeSpan.FromMilliseconds(2);

    // A canary that was sent within this time of the signal shares its fate.
    private static readonly TimeSpan Around = TimeSpan.FromMilliseconds(50);

    /// <summary>How often a canary should be sent.</summary>
    public static readonly TimeSpan CanaryPeriod = TimeSpan.FromMilliseconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _parts = [];
    private readonly List<string> _notices = [];
    private readonly SortedDictionary<string, int> _verdicts = new(StringComparer.Ordinal);
    private readonly List<(DateTime At, TimeSpan Transit)> _slowTransits = [];
    private readonly List<double> _recent = [];
    private readonly List<double> _all = [];
    private long _announced, _signals, _events, _replayed, _recovered, _images;

    private sealed class Entry
    {
        public long AnnouncedAt;
        public int Signals;
        public LateSignal? Late;
        public string? Signalled;
        public string? Judged;
        public Guid Id;
        public HashSet<Guid>? OtherIds;
    }

    private sealed record LateSignal(DateTime At, TimeSpan By, TimeSpan Transit, string Text);

    /// <summary>
    /// Says how long a message of the test's own took through broker and receiver: a signal can't be expected to have been faster.
    /// </summary>
    public void Canary(DateTime sent, DateTime arrived)
    {
        if (arrived - sent < Rounding)
            return;
        lock (_gate)
            _slowTransits.Add((arrived, arrived - sent));
    }

    /// <summary>Says that a part is about to be announced.</summary>
    public void Announced(string part)
    {
        lock (_gate)
        {
            _announced++;
            Of(part).AnnouncedAt = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>Takes a message of any kind; keeps signals and events.</summary>
    public void Receive(Arrival message)
    {
        switch (message.Kind)
        {
            case "signal":
                Signal(message, Stopwatch.GetTimestamp());
                break;
            case "event":
                Event(message);
                break;
            case "image":
                Interlocked.Increment(ref _images);
                break;
        }
    }

    private void Signal(Arrival message, long now)
    {
        using JsonDocument json = JsonDocument.Parse(message.Payload);
        JsonElement signal = json.RootElement;
        DateTime made = signal.GetProperty("at").GetDateTime().ToUniversalTime();
        DateTime deadline = made + TimeSpan.FromMilliseconds(signal.GetProperty("validMs").GetInt64()) + Rounding;
        lock (_gate)
        {
            _signals++;
            Entry part = Of(signal.GetProperty("part").GetString()!);
            part.Signals++;
            part.Signalled = signal.GetProperty("verdict").GetString();
            if (message.At > deadline)
                part.Late = new LateSignal(message.At, message.At - deadline, message.At - made - Rounding, signal.GetRawText());
            if (part.AnnouncedAt == 0)
                return;
            double latency = Stopwatch.GetElapsedTime(part.AnnouncedAt, now).TotalMilliseconds;
            _recent.Add(latency);
            _all.Add(latency);
        }
    }

    private void Event(Arrival message)
    {
        using JsonDocument json = JsonDocument.Parse(message.Payload);
        JsonElement record = json.RootElement;
        lock (_gate)
        {
            if (record.TryGetProperty("kind", out JsonElement kind) && kind.GetString() != "verdict")
            {
                _notices.Add(record.GetRawText());
                return;
            }
            _events++;
            if (record.GetProperty("replayed").GetBoolean())
                _replayed++;
            Entry part = Of(record.GetProperty("part").GetString()!);
            Guid id = record.GetProperty("id").GetGuid();
            if (part.Id == id)
                return;
            if (part.Id != default)
            {
                (part.OtherIds ??= []).Add(id);
                return;
            }
            part.Id = id;
            part.Judged = record.GetProperty("verdict").GetString();
            if (record.TryGetProperty("recovered", out JsonElement recovered) && recovered.GetBoolean())
                _recovered++;
            string verdict = record.GetProperty("reason").GetString() is { } reason ? $"{part.Judged}: {reason}" : part.Judged!;
            _verdicts[verdict] = _verdicts.GetValueOrDefault(verdict) + 1;
        }
    }

    private Entry Of(string part)
    {
        if (!_parts.TryGetValue(part, out Entry? entry))
            _parts.Add(part, entry = new Entry());
        return entry;
    }

    /// <summary>Events that are no verdicts: what the agent says it lost.</summary>
    public IReadOnlyList<string> Notices
    {
        get
        {
            lock (_gate)
                return [.. _notices];
        }
    }

    /// <summary>Parts with at least one event.</summary>
    public int Recorded
    {
        get
        {
            lock (_gate)
                return _parts.Count(part => part.Value.Id != default);
        }
    }

    public long Signals => Interlocked.Read(ref _signals);

    public long Events => Interlocked.Read(ref _events);

    public long Images => Interlocked.Read(ref _images);

    /// <summary>The numbers behind a prefix of all parts with an event, ascending.</summary>
    public IReadOnlyList<long> RecordedNumbers(string prefix)
    {
        lock (_gate)
        {
            return
            [
                .. _parts.Where(part => part.Value.Id != default && part.Key.StartsWith(prefix, StringComparison.Ordinal))
                    .Select(part => long.Parse(part.Key.AsSpan(prefix.Length), CultureInfo.InvariantCulture)).Order(),
            ];
        }
    }

    /// <summary>Those of the parts for which no event has come.</summary>
    public IReadOnlyList<string> Missing(IEnumerable<string> parts)
    {
        lock (_gate)
            return [.. parts.Where(part => !_parts.TryGetValue(part, out Entry? entry) || entry.Id == default)];
    }

    /// <summary>
    /// Milliseconds from the trigger's publish to the signal's arrival since the last call:
    /// median and 99th percentile; NaN without signals.
    /// </summary>
    public (double P50, double P99) TakeLatency()
    {
        lock (_gate)
        {
            (double, double) result = (At(_recent, 0.5), At(_recent, 0.99));
            _recent.Clear();
            return result;
        }
    }

    /// <summary>Compares what arrived with what was promised.</summary>
    /// <param name="acknowledged">The parts whose triggers the agent acknowledged to the broker.</param>
    public Judgement Judge(IReadOnlyCollection<string> acknowledged)
    {
        lock (_gate)
        {
            var broken = new List<string>();
            Complain(broken, "acknowledged, but no event came", Missing(acknowledged));
            Complain(broken, "signalled, but no event came", Missing(
                [.. _parts.Where(part => part.Value.Signals > 0).Select(part => part.Key)]));
            Complain(broken, "more than one event id", Where(part => part.OtherIds is not null));
            Complain(broken, "signalled more than once", Where(part => part.Signals > 1));
            List<KeyValuePair<string, Entry>> late = [.. _parts.Where(part => part.Value.Late is not null)];
            List<string> bySender = [.. late.Where(part => !WasHeldUpOnTheWay(part.Value.Late!)).Select(part => string.Create(
                CultureInfo.InvariantCulture,
                $"{part.Key} ({part.Value.Late!.By.TotalMilliseconds:0.0} ms after its deadline: {part.Value.Late.Text})"))];
            Complain(broken, "signalled late", bySender);
            // Also of a part whose agent was killed between signal and event: the verdict was noted before the signal.
            List<string> differ = Where(part => part.Signals > 0 && part.Id != default && part.Signalled != part.Judged);
            Complain(broken, "signal and event differ", differ);
            Complain(
                broken,
                "the agent says that it lost events",
                [.. _notices.Where(notice => notice.Contains("eventsLost", StringComparison.Ordinal))]);
            int recorded = _parts.Values.Count(part => part.Id != default);
            (string, object)[] rows =
            [
                ("triggers announced by the PLC", _announced),
                ("  acknowledged by the agent", acknowledged.Count),
                ("signals received", _signals),
                ("  after their deadline", late.Count),
                ("    held up by broker or receiver", late.Count - bySender.Count),
                ("  for a part that had one", _parts.Values.Sum(part => Math.Max(0, part.Signals - 1))),
                ("  unlike their event", differ.Count),
                ("events received", _events),
                ("  replayed", _replayed),
                ("  again, with the same id", _events - recorded - _parts.Values.Sum(part => part.OtherIds?.Count ?? 0)),
                ("parts with an event", recorded),
                ("  recovered after kill -9", _recovered),
                ("  with more than one id", _parts.Values.Count(part => part.OtherIds is not null)),
                ("acknowledged without an event", Missing(acknowledged).Count),
                ("images received", _images),
                .. _verdicts.Select(verdict => ($"verdict {verdict.Key}", (object)verdict.Value)),
                ("trigger to signal, p50 ms", At(_all, 0.5)),
                ("trigger to signal, p99 ms", At(_all, 0.99)),
            ];
            return new Judgement(
                broken,
                late.Count,
                string.Join('\n', rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Item1,-34}{row.Item2,10:0.#}"))));
        }
    }

    /// <summary>
    /// True when messages that arrived around the same moment, and had nothing to do with the agent, took as long from sender to receiver.
    /// </summary>
    private bool WasHeldUpOnTheWay(LateSignal late) => _slowTransits.Any(canary =>
        (canary.At - late.At).Duration() < late.Transit + Around && canary.Transit + CanaryPeriod + Rounding >= late.Transit);

    private List<string> Where(Func<Entry, bool> condition) => [.. _parts.Where(part => condition(part.Value)).Select(part => part.Key)];

    private static void Complain(List<string> broken, string what, IReadOnlyList<string> parts)
    {
        if (parts.Count > 0)
            broken.Add($"{parts.Count} × {what}: "
                + $"{string.Join(", ", parts.Order(StringComparer.Ordinal).Take(5))}{(parts.Count > 5 ? ", …" : "")}");
    }

    /// <summary>By the nearest rank.</summary>
    private static double At(List<double> values, double share)
    {
        if (values.Count == 0)
            return double.NaN;
        double[] sorted = [.. values.Order()];
        return sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
    }
}

/// <summary>What became of the promises.</summary>
/// <param name="Broken">A sentence for each kind of broken promise; empty when all were kept.</param>
/// <param name="Late">Signals that arrived after their deadline, for whatever cause.</param>
/// <param name="Table">The counts, a line each.</param>
internal sealed record Judgement(IReadOnlyList<string> Broken, int Late, string Table);
