using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EdgeInspector.Cli.Arguments;
using EdgeInspector.Delivery.DemoBroker;

namespace EdgeInspector.Bench;

/// <summary>
/// The PLC's side, in a process of its own so that its work is not counted as the agent's: a broker, unless one is named,
/// and a subscriber that notes when each signal arrives. Both processes read the same clock (<see cref="Stopwatch"/>).
/// </summary>
internal static class SignalArrivals
{
    // Time for signals that a busy machine has not delivered yet.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Serves until a line on standard input says how many signals were sent; waits for signals that are still on the way. Writes the
    /// broker's address first, and at the end one line <c>station sequence ticks</c> for each signal.
    /// </summary>
    /// <param name="broker">A broker's <c>host:port</c>; null: a broker of its own.</param>
    /// <param name="line">The line whose signals are noted.</param>
    /// <param name="stop">Cancels.</param>
    public static async Task<int> ServeAsync(string? broker, string line, CancellationToken stop)
    {
        await using LoopbackBroker? own = broker is null ? await LoopbackBroker.StartAsync() : null;
        BrokerAddress address = own is null ? BrokerAddress.Parse(broker!) : new BrokerAddress("127.0.0.1", own.Port, null);
        if (address.Tls == true)
            throw new RefusedException("--broker: bench connects without TLS; name a broker that allows it, as host:port.");
        (string host, int port) = (address.Host, address.PortOr(tls: false));
        var seen = new List<(string Topic, long Sequence, long At)>(1 << 16);
        using SignalSubscriber plc = SignalSubscriber.Connect(host, port, $"{line}-plc", $"edgeinspector/{line}/+/signal");
        var reader = new Thread(() => plc.Run((topic, payload, at) =>
        {
            if (Sequence(payload.Span) is { } sequence)
            {
                lock (seen)
                    seen.Add((topic, sequence, at));
            }
        }))
        {
            Name = "plc",
            IsBackground = true,
        };
        reader.Start();
        await Console.Out.WriteLineAsync($"{host}:{port}");
        await Console.Out.FlushAsync(stop);
        if (!int.TryParse(await Console.In.ReadLineAsync(stop), CultureInfo.InvariantCulture, out int sent))
            return ExitCode.Failed;
        await Task.Run(() => SpinWait.SpinUntil(() => Count() >= sent, Patience), stop);
        lock (seen)
        {
            foreach ((string topic, long sequence, long at) in seen)
                Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{topic.Split('/')[2]} {sequence} {at}"));
        }
        return ExitCode.Done;

        int Count()
        {
            lock (seen)
                return seen.Count;
        }
    }

    private static long? Sequence(ReadOnlySpan<byte> payload)
    {
        var reader = new Utf8JsonReader(payload);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("seq"u8) && reader.Read())
                return reader.GetInt64();
        }
        return null;
    }
}
