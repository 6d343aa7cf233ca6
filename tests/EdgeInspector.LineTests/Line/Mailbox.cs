using System.Diagnostics;
using System.Text.Json;

namespace EdgeInspector.LineTests.Line;

/// <summary>Everything one <see cref="WireClient"/> received as JSON, in order; survives its broker.</summary>
internal sealed class Mailbox : IDisposable
{
    private readonly object _gate = new();
    private readonly List<(string Kind, JsonElement Json)> _received = [];
    private readonly WireClient _client;

    /// <param name="port">The broker's.</param>
    /// <param name="clean">False: the broker keeps what comes while this client is away.</param>
    /// <param name="kinds">Last levels of the topics to listen to, such as <c>event</c>.</param>
    public Mailbox(int port, bool clean, params string[] kinds)
        : this([port], clean, kinds)
    {
    }

    /// <param name="ports">Of the nodes of a cluster.</param>
    /// <param name="clean">False: the broker keeps what comes while this client is away.</param>
    /// <param name="kinds">Last levels of the topics to listen to, such as <c>event</c>.</param>
    public Mailbox(IReadOnlyList<int> ports, bool clean, params string[] kinds) =>
        _client = new WireClient(
            ports, $"mailbox-{string.Join('-', kinds)}", clean, [.. kinds.Select(kind => $"edgeinspector/test/+/{kind}")], Keep);

    private void Keep(Arrival message)
    {
        using JsonDocument json = JsonDocument.Parse(message.Payload);
        lock (_gate)
        {
            _received.Add((message.Kind, json.RootElement.Clone()));
            Monitor.PulseAll(_gate);
        }
    }

    public IReadOnlyList<JsonElement> All(string kind)
    {
        lock (_gate)
            return [.. _received.Where(message => message.Kind == kind).Select(message => message.Json)];
    }

    /// <summary>The verdicts among the events, the first copy of each.</summary>
    public IReadOnlyList<JsonElement> Verdicts =>
        [.. All("event").Where(e => !e.TryGetProperty("kind", out JsonElement kind) || kind.GetString() == "verdict").DistinctBy(
            e => e.GetProperty("id").GetGuid())];

    /// <summary>Waits until as many messages of a kind as wanted fulfil a condition, and returns the last.</summary>
    public JsonElement WaitFor(string kind, int count = 1, Func<JsonElement, bool>? where = null, TimeSpan? timeout = null)
    {
        TimeSpan patience = timeout ?? LineTest.Patience;
        long start = Stopwatch.GetTimestamp();
        int looked = 0, found = 0;
        lock (_gate)
        {
            while (true)
            {
                for (; looked < _received.Count; looked++)
                {
                    if (_received[looked].Kind == kind && (where is null || where(_received[looked].Json)) && ++found == count)
                        return _received[looked].Json;
                }
                TimeSpan left = patience - Stopwatch.GetElapsedTime(start);
                if (left <= TimeSpan.Zero || (!Monitor.Wait(_gate, left) && looked == _received.Count))
                    throw new TimeoutException(
                        $"{found} of {count} messages '{kind}' came within {patience}; the last of all was {_received.LastOrDefault()}.");
            }
        }
    }

    public void Dispose() => _client.Dispose();
}
