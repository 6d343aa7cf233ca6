using System.Runtime.CompilerServices;
using EdgeInspector.Capture;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Journal;
using EdgeInspector.Hosting;
using EdgeInspector.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.Doctor;

/// <summary>Looks at everything the line depends on, in the order in which one thing needs the other.</summary>
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
        AgentOptions options = settings.Options;
        yield return Finding.Good(
            "settings",
            $"{settings.Path ?? "environment and arguments only"}{(settings.Machine is { } machine ? $", machine {machine}" : "")}, "
            + $"{options.Stations.Count} station{(options.Stations.Count == 1 ? "" : "s")}");
        foreach (string warning in settings.Warnings.Concat(SecretFolders.Unreadable(typeof(AgentOptions), settings.Layers)))
            yield return Finding.Warning("secrets", warning);
        foreach (string old in settings.OldNames)
            yield return Finding.Warning("settings", old);
        yield return DataFolder.Check(options.DataFolder);
        IReadOnlyDictionary<string, StationTopics> topics = StationTopics.ForAll(options.Mqtt, options.Line, options.Stations.Keys);
        foreach (JournalCheckResult journal in JournalCheck.Run(options.DataFolder, [.. topics.Values.Select(station => station.Event)]))
            yield return new Finding(journal.IsGood ? Severity.Good : Severity.Warning, "journal", journal.Message);

        IReadOnlyList<BrokerCheckResult> brokers = await BrokerCheck.RunAllAsync(
            options.Mqtt, BrokerCheck.Heard(topics.Values), TimeProvider.System, stop);
        // One node of a cluster is enough for the line.
        Severity ifBad = brokers.Any(node => node.IsGood) ? Severity.Warning : Severity.Fault;
        foreach (BrokerCheckResult broker in brokers)
            yield return new Finding(broker.IsGood ? Severity.Good : ifBad, "broker", broker.Message);

        foreach (Finding shared in SharedFolders.Check(options.Stations))
            yield return shared;
        foreach ((string name, StationSettings station) in options.Stations)
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
