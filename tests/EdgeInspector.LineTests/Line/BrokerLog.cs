using System.Globalization;

namespace EdgeInspector.LineTests.Line;

/// <summary>
/// What mosquitto's log (<c>log_type all</c>) tells of a station's triggers: which ones it took from the PLC, and which ones the agent
/// acknowledged. The log gives a message's length and not its content, so the PLC gives each trigger a length of its own.
/// </summary>
/// <param name="station">The agent's client id for the station.</param>
/// <param name="part">The part that was last announced in a message of a given length.</param>
internal sealed class BrokerLog(string plc, string station, Func<int, string> part)
{
    private readonly Lock _gate = new();
    private readonly string _taken = $"Received PUBLISH from {plc} (";
    private readonly string _handedOver = $"Sending PUBLISH to {station} (";
    private readonly string _answered = $"Received PUBACK from {station} (Mid: ";
    private readonly string _connected = $" as {station} (";
    private readonly Dictionary<int, string> _open = [];
    private readonly HashSet<string> _acknowledged = [];
    private long _received;
    private long _repeated;

    /// <summary>Triggers that the broker took.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Triggers that were handed to the agent a second time; must stay 0, or the account of them would not be one.</summary>
    public long Repeated => Interlocked.Read(ref _repeated);

    /// <summary>The parts whose trigger the agent acknowledged.</summary>
    public IReadOnlyCollection<string> Acknowledged
    {
        get
        {
            lock (_gate)
                return [.. _acknowledged];
        }
    }

    /// <summary>Reads one line, in the order of the log.</summary>
    public void Read(string line)
    {
        if (line.Contains(_taken, StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _received);
        }
        else if (After(line, _handedOver) is { } sent)
        {
            // d0, q1, r0, m17, 'topic', ... (123 bytes))
            lock (_gate)
                _open[Number(After(sent, ", m")!)] = part(Number(After(sent, "... (")!));
            if (sent.StartsWith("d1", StringComparison.Ordinal))
                Interlocked.Increment(ref _repeated);
        }
        else if (After(line, _answered) is { } mid)
        {
            lock (_gate)
            {
                if (_open.Remove(Number(mid), out string? acknowledged))
                    _acknowledged.Add(acknowledged);
            }
        }
        else if (line.Contains(_connected, StringComparison.Ordinal))
        {
            // Message ids start again.
            lock (_gate)
                _open.Clear();
        }
    }

    private static string? After(string line, string mark)
    {
        int at = line.IndexOf(mark, StringComparison.Ordinal);
        return at < 0 ? null : line[(at + mark.Length)..];
    }

    private static int Number(string text) => int.Parse([.. text.TakeWhile(char.IsAsciiDigit)], CultureInfo.InvariantCulture);
}
