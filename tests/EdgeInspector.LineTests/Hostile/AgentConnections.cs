using System.Text.RegularExpressions;

namespace EdgeInspector.LineTests.Hostile;

/// <summary>
/// How often each of the agent's clients came to the broker, by the broker's own log, and what the broker said of those that went.
/// </summary>
internal sealed partial class AgentConnections(string agent)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _connected = [];
    private readonly List<string> _lost = [];

    [GeneratedRegex(@"New client connected from \S+ as (?<client>\S+) \(")]
    private static partial Regex Connected { get; }

    [GeneratedRegex(@"Client (?<client>\S+) (closed its connection|disconnected|has exceeded)")]
    private static partial Regex Lost { get; }

    public void Read(string line)
    {
        if (Connected.Match(line) is { Success: true } came && IsOurs(came))
        {
            lock (_gate)
                _connected[came.Groups["client"].Value] = _connected.GetValueOrDefault(came.Groups["client"].Value) + 1;
        }
        else if (Lost.Match(line) is { Success: true } went && IsOurs(went))
        {
            lock (_gate)
                _lost.Add(line);
        }
    }

    private bool IsOurs(Match match) => match.Groups["client"].Value.StartsWith($"{agent}-", StringComparison.Ordinal);

    public int Clients
    {
        get
        {
            lock (_gate)
                return _connected.Count;
        }
    }

    /// <summary>What the broker said of each of the agent's connections that ended; empty while all stand.</summary>
    public IReadOnlyList<string> Ended
    {
        get
        {
            lock (_gate)
                return
                [
                    .. _lost,
                    .. _connected.Where(client => client.Value > 1).Select(client => $"{client.Key} connected {client.Value} times"),
                ];
        }
    }
}
