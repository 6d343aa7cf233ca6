using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EdgeInspector.LineTests.Line;

/// <summary>What a consumer of events and a PLC received from a cluster of which nodes were lost, and what the agent said of it.</summary>
internal sealed class ClusterAccount : IDisposable
{
    private static readonly string[] Losses = ["eventsLost", "refused", "imagesLost"];

    // Whole milliseconds, both rounded down.
    private static readonly TimeSpan Rounding = TimeSpan.FromMilliseconds(2);

    private readonly object _gate = new();
    private readonly List<(string Station, long Number, DateTime At, TimeSpan Late)> _signals = [];
    private readonly List<(DateTime At, JsonElement Json)> _events = [];
    private readonly List<(DateTime At, JsonElement Json)> _states = [];
    private readonly List<(DateTime At, string What)> _marks = [];
    private readonly List<(DateTime At, string Line)> _agent = [];
    private readonly List<string> _broken = [];
    private readonly StringBuilder _figures = new();
    private int _announced;

    /// <summary>A sentence for each promise that was not kept; after <see cref="Judge"/>.</summary>
    public IReadOnlyList<string> Broken => _broken;

    /// <summary>The counts; after <see cref="Judge"/>.</summary>
    public string Figures => _figures.ToString();

    public void Announced() => Interlocked.Increment(ref _announced);

    public void Mark(string what)
    {
        Console.WriteLine($"{DateTime.UtcNow:HH:mm:ss.fff} {what}");
        lock (_gate)
            _marks.Add((DateTime.UtcNow, what));
    }

    /// <summary>Hears the agent's log.</summary>
    public void HearAgent(string line)
    {
        lock (_gate)
            _agent.Add((DateTime.UtcNow, line));
    }

    public void Receive(Arrival message)
    {
        if (message.Payload.Length == 0)
            return;
        using JsonDocument document = JsonDocument.Parse(message.Payload);
        JsonElement json = document.RootElement.Clone();
        lock (_gate)
        {
            switch (message.Kind)
            {
                case "signal":
                    DateTime goodUntil = json.GetProperty("at").GetDateTime().AddMilliseconds(json.GetProperty("validMs").GetInt64())
                        + Rounding;
                    _signals.Add((message.Topic.Split('/')[^2], json.GetProperty("seq").GetInt64(), message.At, message.At - goodUntil));
                    break;
                case "event":
                    _events.Add((message.At, json));
                    break;
                case "state":
                    _states.Add((message.At, json));
                    break;
            }
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits for so many more signals of each station that is simulated.</summary>
    public void WaitForSignals(int more, TimeSpan patience)
    {
        DateTime from = DateTime.UtcNow;
        Wait(() => _signals.Count(signal => signal.Station == "s1" && signal.At > from) >= more, "signals", patience);
    }

    /// <summary>Waits until parts that were judged from now on have their events.</summary>
    public void WaitForEvents(int more, TimeSpan patience)
    {
        DateTime from = DateTime.UtcNow;
        Wait(
            () => Verdicts().Count(one => one.GetProperty("times").GetProperty("verdict").GetDateTime() > from) >= more,
            "events",
            patience);
    }

    public void WaitForState(string station, Func<JsonElement, bool> where, TimeSpan patience) =>
        Wait(() => Last(station) is { } state && where(state), $"a state of {station}", patience);

    /// <summary>Waits for what is still on the way, and compares.</summary>
    public void Judge(string broker, TimeSpan patience, bool losesSignals = false)
    {
        foreach (string station in (string[])["s1", "s2"])
            WaitForState(station, state => state.GetProperty("status").GetString() == "offline", patience);
        long triggers = 0;
        foreach (string station in (string[])["s1", "s2"])
            triggers += Counter(station, "triggers");
        try
        {
            Wait(() => Verdicts().Count >= triggers, "all events", TimeSpan.FromSeconds(30));
        }
        catch (TimeoutException late)
        {
            _broken.Add(late.Message);
        }
        lock (_gate)
        {
            List<JsonElement> verdicts = Verdicts();
            foreach (string station in (string[])["s1", "s2"])
                JudgeStation(station, [.. verdicts.Where(one => one.GetProperty("station").GetString() == station)], losesSignals);
            _broken.AddRange(_events.Where(one => Losses.Contains(Kind(one.Json))).Select(one => $"the agent tells of a loss: {one.Json}"));
            Describe(broker, triggers, verdicts);
        }
        Console.WriteLine(Figures);
    }

    public void Dispose()
    {
        lock (_gate)
            Monitor.PulseAll(_gate);
    }

    private void JudgeStation(string station, List<JsonElement> verdicts, bool losesSignals)
    {
        long triggers = Counter(station, "triggers");
        if (verdicts.Count != triggers)
            _broken.Add($"{station} counts {triggers} parts, of which {verdicts.Count} have an event");
        List<long> numbers = [.. verdicts.Select(one => one.GetProperty("seq").GetInt64()).Order()];
        if (numbers.Distinct().Count() != numbers.Count)
            _broken.Add($"{station}: two events of one part have different ids");
        HashSet<long> received = [.. _signals.Where(signal => signal.Station == station).Select(signal => signal.Number)];
        List<long> unheard = [.. verdicts.Where(one => one.GetProperty("signal").GetString() == "sent")
            .Select(one => one.GetProperty("seq").GetInt64())
            .Except(received)];
        // What the broker acknowledged it has passed on to the PLC; of the others the agent says how many there were.
        long told = Counter(station, "signalsUnacknowledged");
        if (unheard.Count > told && !losesSignals)
            _broken.Add($"{station}: {unheard.Count} signals were sent and not received ({string.Join(", ", unheard)}), "
                + $"of which the agent tells {told}");
        List<long> without = [.. received.Except(numbers)];
        if (without.Count > 0)
            _broken.Add($"{station}: signals without an event: {string.Join(", ", without)}");
    }

    private void Describe(string broker, long triggers, List<JsonElement> verdicts)
    {
        int twice = _events.Count(one => Kind(one.Json) == "verdict") - verdicts.Count;
        int replayed = verdicts.Count(one => one.GetProperty("replayed").GetBoolean());
        Say($"{broker}: {triggers} parts, {verdicts.Count} with an event, {twice} events twice, {replayed} replayed; "
            + $"{_announced} triggers published, {Counter("s2", "triggers")} reached the agent");
        foreach (string station in (string[])["s1", "s2"])
        {
            List<DateTime> times = [.. _signals.Where(signal => signal.Station == station).Select(signal => signal.At)];
            HashSet<long> received = [.. _signals.Where(signal => signal.Station == station).Select(signal => signal.Number)];
            List<JsonElement> own = [.. verdicts.Where(one => one.GetProperty("station").GetString() == station)];
            int Signalled(string how) => own.Count(one => one.GetProperty("signal").GetString() == how);
            int late = _signals.Count(signal => signal.Station == station && signal.Late > TimeSpan.Zero);
            Say($"  {station}: signals {Signalled("sent")} sent, {received.Count} received, {times.Count - received.Count} twice, "
                + $"{Signalled("notConnected")} not sent for want of a connection, {Signalled("expired")} expired, "
                + $"{Counter(station, "signalsUnacknowledged")} unacknowledged, {late} received late; "
                + $"longest gap {Gap(times, DateTime.MinValue, DateTime.MaxValue):0.00} s");
        }
        for (int i = 0; i < _marks.Count; i++)
        {
            (DateTime from, string what) = _marks[i];
            DateTime to = i + 1 < _marks.Count ? _marks[i + 1].At : DateTime.MaxValue;
            List<DateTime> signals = [.. _signals.Where(signal => signal.Station == "s1").Select(signal => signal.At)];
            Say($"  {what}: longest gap of signals {Gap(signals, from, to):0.00} s, "
                + $"of events {Gap([.. _events.Select(one => one.At)], from, to):0.00} s");
            foreach ((DateTime at, string line) in _agent.Where(
                heard => heard.At >= from && heard.At < to && heard.Line.Contains("connected to mqtt", StringComparison.Ordinal)))
                Say($"    after {(at - from).TotalSeconds:0.00} s: {line.Trim()}");
        }
    }

    private void Say(FormattableString line) => _figures.AppendLine(line.ToString(CultureInfo.InvariantCulture));

    private void Say(string line) => _figures.AppendLine(line);

    /// <summary>The longest time between two arrivals of which the second came within a time; in seconds.</summary>
    private static double Gap(List<DateTime> times, DateTime from, DateTime to) =>
        times.Zip(times.Skip(1))
            .Where(pair => pair.Second >= from && pair.Second < to)
            .Select(pair => (pair.Second - pair.First).TotalSeconds)
            .DefaultIfEmpty(double.NaN)
            .Max();

    private List<JsonElement> Verdicts() =>
        [.. _events.Where(one => Kind(one.Json) == "verdict").Select(one => one.Json).DistinctBy(one => one.GetProperty("id").GetGuid())];

    private static string Kind(JsonElement json) => json.GetProperty("kind").GetString()!;

    private JsonElement? Last(string station)
    {
        for (int i = _states.Count - 1; i >= 0; i--)
        {
            if (_states[i].Json.GetProperty("station").GetString() == station
                && _states[i].Json.GetProperty("at").ValueKind != JsonValueKind.Null)
                return _states[i].Json;
        }
        return null;
    }

    private long Counter(string station, string name)
    {
        lock (_gate)
            return Last(station)!.Value.GetProperty("counters").GetProperty(name).GetInt64();
    }

    private void Wait(Func<bool> condition, string what, TimeSpan patience)
    {
        long start = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            while (!condition())
            {
                TimeSpan left = patience - Stopwatch.GetElapsedTime(start);
                if (left <= TimeSpan.Zero || !Monitor.Wait(_gate, left))
                {
                    throw new TimeoutException($"{what} did not come within {patience}; {_signals.Count} signals, "
                        + $"{_events.Count} events and {_states.Count} states did. "
                        + $"The agent said:\n{string.Join('\n', _agent.Select(heard => $"{heard.At:HH:mm:ss.fff} {heard.Line}"))}");
                }
            }
        }
    }
}
