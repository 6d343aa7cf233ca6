using System.Runtime.CompilerServices;
using EdgeInspector.Capture;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Journal;
using EdgeInspector.Delivery.Webhooks;
using EdgeInspector.Hosting;
using EdgeInspector.Settings;
using EdgeInspector.Web;
using EdgeInspector.Web.Users;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.Doctor;

/// <summary>Looks at everything that the line depends on, in the order in which one thing depends on another.</summary>
internal static class Examination
{
    private static readonly TimeSpan CameraPatience = TimeSpan.FromSeconds(10);

    public static async IAsyncEnumerable<Finding> RunAsync(
        string? file, string[] overrides, [EnumeratorCancellation] CancellationToken stop)
    {
        foreach (Finding finding in NativeLibraries.Check())
            yield return finding;
        yield return Clock.Check(TimeProvider.System);

        if (Settings(file, overrides, out List<Finding> faults) is not { } settings)
        {
            foreach (Finding fault in faults)
                yield return fault;
            yield break;
        }
        foreach (Finding finding in OfSettings(settings))
            yield return finding;
        AgentOptions options = settings.Options;
        yield return DataFolder.Check(options.DataFolder);
        IReadOnlyDictionary<string, StationTopics> topics = StationTopics.ForAll(options.Mqtt, options.Line, options.Stations.Keys);
        foreach (JournalCheckResult journal in JournalCheck.Run(options.DataFolder, [.. topics.Values.Select(station => station.Event)]))
            yield return new Finding(journal.IsGood ? Severity.Good : Severity.Warning, "journal", journal.Message);

        await foreach (Finding finding in OfSurroundingsAsync(options, stop))
            yield return finding;
        foreach ((string name, StationSettings station) in options.Stations)
        {
            await foreach (Finding finding in OfStationAsync(name, station, options, stop))
                yield return finding;
        }
    }

    /// <summary>
    /// The same for an agent that runs, without its cameras, which are in use, and models, which would be loaded a second time.
    /// </summary>
    /// <param name="options">The settings of the agent.</param>
    /// <param name="stop">Nobody looks any more.</param>
    public static async IAsyncEnumerable<ExaminedThing> RunBesideAsync(
        AgentOptions options, [EnumeratorCancellation] CancellationToken stop)
    {
        foreach (Finding finding in NativeLibraries.Check())
            yield return finding.ForPeople;
        yield return Clock.Check(TimeProvider.System).ForPeople;
        yield return DataFolder.Check(options.DataFolder).ForPeople;
        await foreach (Finding finding in OfSurroundingsAsync(options, stop))
            yield return finding.ForPeople;
    }

    // What can be looked at beside an agent that runs: broker, receivers, files, users.
    private static async IAsyncEnumerable<Finding> OfSurroundingsAsync(
        AgentOptions options, [EnumeratorCancellation] CancellationToken stop)
    {
        IReadOnlyDictionary<string, StationTopics> topics = StationTopics.ForAll(options.Mqtt, options.Line, options.Stations.Keys);
        IReadOnlyList<BrokerCheckResult> brokers = await BrokerCheck.RunAllAsync(
            options.Mqtt, BrokerCheck.Heard(topics.Values), TimeProvider.System, stop);
        // One working node of a cluster is enough for the line.
        Severity ifBad = brokers.Any(node => node.IsGood) ? Severity.Warning : Severity.Fault;
        foreach (BrokerCheckResult broker in brokers)
            yield return new Finding(broker.IsGood ? Severity.Good : ifBad, "broker", broker.Message);

        if (options.Http.Tls.Fault(TimeProvider.System.GetUtcNow()) is { } certificate)
            yield return Finding.Warning("calls", certificate);
        if (NobodyMayLook.Fault(options.Http, options.DataFolder) is { } users)
            yield return Finding.Warning("console", users);
        foreach ((string name, WebhookOptions webhook) in options.Webhooks)
        {
            WebhookCheckResult found = await WebhookCheck.RunAsync(name, webhook, TimeProvider.System, stop);
            // Whatever a receiver does, the line runs.
            yield return new Finding(found.IsGood ? Severity.Good : Severity.Warning, $"webhook {name}", found.Message);
        }
        foreach (Finding shared in SharedFolders.Check(options.Stations))
            yield return shared;
    }

    private static IEnumerable<Finding> OfSettings(SettingsFile settings)
    {
        int stations = settings.Options.Stations.Count;
        yield return Finding.Good(
            "settings",
            $"{settings.Path ?? "environment and arguments only"}{(settings.Machine is { } machine ? $", machine {machine}" : "")}, "
            + $"{stations} station{(stations == 1 ? "" : "s")}");
        foreach (string warning in settings.Warnings.Concat(SecretFolders.Unreadable(typeof(AgentOptions), settings.Layers)))
            yield return Finding.Warning("secrets", warning);
        foreach (string old in settings.OldNames)
            yield return Finding.Warning("settings", old);
    }

    private static async IAsyncEnumerable<Finding> OfStationAsync(
        string name, StationSettings station, AgentOptions options, [EnumeratorCancellation] CancellationToken stop)
    {
        foreach (Finding finding in StationFiles.Check(name, station, options))
            yield return finding;
        if (CertificateFiles.FaultOf(name, station.Sync) is { } fault)
            yield return Finding.Warning($"sync of {name}", fault);
        ICameraSource source = StationCameras.Create(station.Camera!, TimeProvider.System, NullLogger.Instance);
        CameraCheckResult camera = await Task.Run(() => CameraCheck.Run(source, CameraPatience, stop), stop);
        yield return new Finding(camera.IsGood ? Severity.Good : Severity.Fault, $"camera of {name}", camera.Message);
        if (CameraRate.Check(name, station, camera.Every) is { } slow)
            yield return slow;
    }

    private static SettingsFile? Settings(string? file, string[] overrides, out List<Finding> faults)
    {
        faults = [];
        try
        {
            return SettingsFile.Load(file, overrides);
        }
        catch (RefusedException refused)
        {
            faults.AddRange(refused.Problems.Select(problem => Finding.Fault("settings", problem)));
            return null;
        }
    }
}
