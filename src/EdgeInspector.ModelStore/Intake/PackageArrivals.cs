using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Logging;
using EdgeInspector.ModelStore.Packages;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.ModelStore.Switching;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.ModelStore.Intake;

/// <summary>Looks for models that people bring as files: into the inbox, or over the file that the settings name.</summary>
public sealed class PackageArrivals
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    private readonly ModelDesk _desk;
    private readonly ModelOptions _options;
    private readonly TimeProvider _time;
    private readonly Inbox _inbox;
    private readonly Quarantine _quarantine;
    private readonly StableLook _files;
    private readonly FaultLog _faults;

    // The stamp of each item when it was last dealt with, or could not be put away.
    private readonly Dictionary<string, FileStamp?> _dealtWith = new(StringComparer.Ordinal);

    public PackageArrivals(ModelDesk desk, StoreFolders folders, ModelOptions options, TimeProvider time, ILogger log)
    {
        (_desk, _options, _time) = (desk, options, time);
        _inbox = new Inbox(folders, desk.Stations, options.StableFor, time, log);
        _quarantine = new Quarantine(folders, time);
        _files = new StableLook(options.StableFor, time);
        _faults = new FaultLog(log, "Taking a model", time);
    }

    /// <summary>Looks until stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        if (_options.Inbox)
            _inbox.Prepare();
        _desk.Clean();
        using var timer = new PeriodicTimer(LookEvery, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
            {
                try
                {
                    if (_options.WatchFiles)
                        await LookAtFilesAsync(stop).ConfigureAwait(false);
                    if (_options.Inbox)
                        await LookIntoInboxAsync(stop).ConfigureAwait(false);
                }
#pragma warning disable CA1031 // Whatever somebody has put there, the next one must still be looked at.
                catch (Exception fault) when (!stop.IsCancellationRequested)
#pragma warning restore CA1031
                {
                    _faults.Report(fault.Message);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    private async Task LookIntoInboxAsync(CancellationToken stop)
    {
        foreach (InboxItem item in _inbox.Complete())
        {
            FileStamp? stamp = FileStamp.Of(item.Path);
            // A link that leads nowhere has no stamp.
            if ((stamp is null && item.Problem is null) || (_dealtWith.TryGetValue(item.Path, out FileStamp? known) && known == stamp))
                continue;
            _dealtWith.Remove(item.Path);
            var arrival = new Arrival(item.Path, "inbox", null, $"{Path.GetFileName(item.Path)} was put into the inbox");
            (SwitchOutcome outcome, ImportOutcome? import) = item.Problem is { } problem
                ? (_desk.Refuse(item.Station, arrival, problem), null)
                : await _desk.TakeAsync(item.Station, arrival, AfterImport.ActivateOrShadow, force: false, stop).ConfigureAwait(false);
            // Somebody has put another item in its place.
            if (FileStamp.Of(item.Path) != stamp)
                continue;
            try
            {
                if (outcome.IsDone)
                {
                    _quarantine.Accept(Path.GetFileName(item.Path), outcome.Message, import!.Report);
                    _inbox.Remove(item);
                }
                else
                {
                    _quarantine.Put(item.Path, item.Station, outcome.Problems, import?.Report, leave: false);
                }
            }
            catch (Exception fault) when (DiskFault.Is(fault))
            {
                _faults.Report($"'{item.Path}' can't be put away, and is left alone until it changes: {fault.Message}");
            }
            // An item that is still there would be taken again and again.
            if (Inbox.IsThere(item) && FileStamp.Of(item.Path) == stamp)
                _dealtWith[item.Path] = stamp;
        }
    }

    private async Task LookAtFilesAsync(CancellationToken stop)
    {
        foreach (string station in _desk.Stations)
        {
            PackageSwitch models = _desk.Find(station, out _)!;
            string path = Path.GetFullPath(models.Options.Model);
            FileStamp? stamp = FileStamp.Of(path);
            string key = $"{station}\0{path}";
            if (stamp is null || (_dealtWith.TryGetValue(key, out FileStamp? known) && known == stamp))
                continue;
            ReadOutcome? reading = null;
            if (!_files.IsReady(path, () => (reading = ModelPackageReader.Read(path)).Package is not null))
                continue;
            reading ??= ModelPackageReader.Read(path);
            _dealtWith[key] = stamp;
            if (reading.Package?.Hash is { } hash && hash == _desk.Active[station].FromSettings)
                continue;
            var arrival = new Arrival(path, "file", null, $"{Path.GetFileName(path)} was replaced");
            (SwitchOutcome outcome, ImportOutcome? import) = await _desk.TakeAsync(
                station, arrival, AfterImport.ActivateOrShadow, force: false, stop).ConfigureAwait(false);
            try
            {
                if (outcome.IsDone && import?.Package is { } package)
                    _desk.Active.Update(station, state => state with { FromSettings = package.Hash });
                else
                    _quarantine.Put(path, station, outcome.Problems, import?.Report, leave: true);
            }
            catch (Exception fault) when (DiskFault.Is(fault))
            {
                _faults.Report($"What became of '{path}' can't be noted: {fault.Message}");
            }
        }
    }
}
