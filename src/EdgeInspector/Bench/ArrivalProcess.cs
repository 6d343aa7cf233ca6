using System.Diagnostics;
using System.Globalization;
using EdgeInspector.Cli.Arguments;
using EdgeInspector.Hosting.Lifetime;

namespace EdgeInspector.Bench;

/// <summary>The process that plays the PLC; see <see cref="SignalArrivals"/>.</summary>
internal sealed class ArrivalProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    private ArrivalProcess(Process process, string host, int port) => (_process, Host, Port) = (process, host, port);

    /// <summary>The broker's host.</summary>
    public string Host { get; }

    /// <summary>The broker's port.</summary>
    public int Port { get; }

    /// <summary>Starts the process and waits until it has subscribed.</summary>
    /// <param name="broker">A broker's <c>host:port</c>; null: the process has a broker of its own.</param>
    /// <param name="line">The line whose signals the process notes.</param>
    /// <param name="stop">Cancels the start.</param>
    /// <exception cref="RefusedException">The given broker does not answer.</exception>
    public static async Task<ArrivalProcess> StartAsync(string? broker, string line, CancellationToken stop)
    {
        (string program, string[] arguments) = OwnProgram.With(
            ["bench", "arrivals", "--line", line, .. broker is null ? Array.Empty<string>() : ["--broker", broker]]);
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            },
        };
        try
        {
            process.Start();
            if (await process.StandardOutput.ReadLineAsync(stop).AsTask().WaitAsync(Patience, stop) is { } address)
            {
                var its = BrokerAddress.Parse(address);
                return new ArrivalProcess(process, its.Host, its.PortOr(tls: false));
            }
            throw new RefusedException((await process.StandardError.ReadToEndAsync(stop)).Trim());
        }
        catch
        {
            Kill(process);
            throw;
        }
    }

    /// <summary>
    /// Ends the process and returns what it has seen: for each station's name, the signals' numbers and when they came, in ticks of the
    /// clock.
    /// </summary>
    /// <param name="sent">How many signals were sent; the process waits for all of them.</param>
    /// <param name="stop">Cancels the wait.</param>
    public async Task<IReadOnlyDictionary<string, IReadOnlyDictionary<long, long>>> EndAsync(int sent, CancellationToken stop)
    {
        await _process.StandardInput.WriteLineAsync(sent.ToString(CultureInfo.InvariantCulture).AsMemory(), stop);
        await _process.StandardInput.FlushAsync(stop);
        var arrivals = new Dictionary<string, Dictionary<long, long>>(StringComparer.Ordinal);
        while (await _process.StandardOutput.ReadLineAsync(stop) is { } text)
        {
            string[] words = text.Split(' ');
            if (!arrivals.TryGetValue(words[0], out Dictionary<long, long>? station))
                arrivals[words[0]] = station = [];
            station[long.Parse(words[1], CultureInfo.InvariantCulture)] = long.Parse(words[2], CultureInfo.InvariantCulture);
        }
        return arrivals.ToDictionary(a => a.Key, a => (IReadOnlyDictionary<long, long>)a.Value, StringComparer.Ordinal);
    }

    public void Dispose() => Kill(_process);

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // The process has ended, or was never started.
        }
        process.Dispose();
    }
}
