using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace EdgeInspector.LineTests.Line;

/// <summary>Announces parts at a steady pace, each with an id of its own and never twice, whether or not anybody listens.</summary>
internal sealed class Plc : IDisposable
{
    public const string Client = "plc";

    // No two triggers within the last 800 have the same length: see BrokerLog. The agent reads up to 1,024 bytes and cuts off the blanks.
    private const int Shortest = 32;
    private const int Lengths = 800;

    private readonly WireClient _client;
    private readonly string _topic;
    private readonly Ledger _ledger;
    private readonly string[] _latest = new string[Shortest + Lengths];
    private long _unsent;

    public Plc(int port, string topic, Ledger ledger)
    {
        (_topic, _ledger) = (topic, ledger);
        _client = new WireClient(port, Client, clean: true, [], null);
    }

    /// <summary>Triggers for which there was no connection.</summary>
    public long Unsent => Interlocked.Read(ref _unsent);

    public string LastOfLength(int length) => Volatile.Read(ref _latest[length]);

    /// <summary>Announces part after part.</summary>
    /// <param name="first">Number of the first.</param>
    /// <param name="count">How many.</param>
    /// <param name="period">From one to the next.</param>
    /// <param name="reached">Called before each.</param>
    public void Run(long first, long count, TimeSpan period, Action<long>? reached = null)
    {
        long start = Stopwatch.GetTimestamp();
        for (long i = 0; i < count; i++)
        {
            TimeSpan left = period * i - Stopwatch.GetElapsedTime(start);
            if (left > TimeSpan.Zero)
                Thread.Sleep(left);
            reached?.Invoke(first + i);
            Announce(first + i);
        }
    }

    private void Announce(long number)
    {
        string part = string.Create(CultureInfo.InvariantCulture, $"T{number:D7}");
        int length = Shortest + (int)(number % Lengths);
        Volatile.Write(ref _latest[length], part);
        _ledger.Announced(part);
        if (!_client.TryPublish(_topic, Encoding.ASCII.GetBytes(part.PadRight(length))))
            Interlocked.Increment(ref _unsent);
    }

    public void Dispose() => _client.Dispose();
}
