using System.Globalization;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Printing;
using Spectre.Console;

namespace EdgeInspector.Fleet;

/// <summary>Looks at the fleet once, or again and again.</summary>
internal sealed class FleetWatch(FleetBook book, MqttOptions broker, TimeSpan patience, TimeProvider time)
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Listens for as long as a station may be silent, or until every expected station has been heard, and then shows the stations.
    /// </summary>
    /// <returns>The exit code.</returns>
    public async Task<int> OnceAsync(bool asJson, Task<string?> connected, CancellationToken stop)
    {
        if (await connected.WaitAsync(stop) is { } fault)
        {
            await Console.Error.WriteLineAsync(PrintableText.Of(fault, 1000));
            return ExitCode.Failed;
        }
        long began = time.GetTimestamp();
        while (time.GetElapsedTime(began) < patience && !book.IsComplete && book.NotConnected is null)
            await Task.Delay(Step, time, stop);
        if (book.NotConnected is { } lost)
        {
            await Console.Error.WriteLineAsync(PrintableText.Of(lost, 1000));
            return ExitCode.Failed;
        }
        IReadOnlyList<FleetStation> stations = book.Stations();
        if (asJson)
        {
            Console.Out.WriteLine(FleetJson.Write(stations, book.Strangers, time.GetUtcNow()));
        }
        else
        {
            if (Console.IsOutputRedirected)
                Terminal.Results.Profile.Width = int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), out int columns)
                    && columns is >= 40 and <= 1000
                    ? columns
                    : 200;
            Terminal.Results.Write(FleetScreen.Draw(stations, book.Strangers, Terminal.Results.Profile.Width));
        }
        if (!stations.Any(station => station.Report is not null))
            await Console.Error.WriteLineAsync(NobodyHeard);
        return FleetSummary.Of(stations).ExitCode;
    }

    /// <summary>Shows a live table until stopped; where there is no terminal, a line for each change.</summary>
    /// <returns>The exit code, by the condition of the stations at the end.</returns>
    public async Task<int> WatchAsync(CancellationToken stop)
    {
        IAnsiConsole console = Terminal.Results;
        try
        {
            if (console.Profile.Capabilities.Interactive)
            {
                await console.Live(Now(console)).Cropping(VerticalOverflowCropping.Bottom).StartAsync(async live =>
                {
                    while (true)
                    {
                        live.UpdateTarget(Now(console));
                        live.Refresh();
                        await Task.Delay(Refresh, time, stop);
                    }
                });
            }
            await TellChanges(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        return book.NotConnected is null ? FleetSummary.Of(book.Stations()).ExitCode : ExitCode.Failed;
    }

    private string NobodyHeard =>
        $"No station was heard at {broker.Host}:{broker.Port} below {TopicTemplate.Filter(broker.TopicPrefix)} within "
        + $"{patience.TotalSeconds:0} s. If the topics of the stations begin otherwise, "
        + "give --prefix as Mqtt:TopicPrefix of the agents has it; if they are asleep, a longer --patience. "
        + $"A broker also keeps from {(broker.UserName is { } user ? $"user \"{user}\"" : "a client without a user name")} what its access "
        + "rules do not let that user "
        + "read: state and heartbeat of every station are needed.";

    private Spectre.Console.Rendering.IRenderable Now(IAnsiConsole console) =>
        FleetScreen.DrawLive(book.Stations(), book.NotConnected, book.Strangers, console.Profile.Width);

    private async Task TellChanges(CancellationToken stop)
    {
        var told = new Dictionary<string, string>(StringComparer.Ordinal);
        string? broker = "";
        while (true)
        {
            if (book.NotConnected is var fault && fault != broker)
            {
                broker = fault;
                Tell(fault is null ? "broker · connected" : $"broker · {PrintableText.Of(fault, 1000)}");
            }
            foreach (FleetStation station in fault is null ? book.Stations() : [])
            {
                string now = station.Condition == Condition.Online
                    ? "online"
                    : string.Join(" ", FleetScreen.Sentences(station with { HeardAgo = null }));
                if (told.GetValueOrDefault(station.Prefix) == now)
                    continue;
                told[station.Prefix] = now;
                Tell($"{station.Name} · {now}");
            }
            await Task.Delay(Refresh, time, stop);
        }
    }

    private void Tell(string line) =>
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time.GetLocalNow():yyyy-MM-dd HH:mm:ss} {line}"));
}
