using System.Security.Cryptography;
using EdgeInspector.Foundation.Clocks;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Logging;
using EdgeInspector.Foundation.Retrying;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.ModelStore.Intake;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.ModelStore.Switching;
using EdgeInspector.ModelStore.Sync.Sources;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.ModelStore.Sync;

/// <summary>
/// Pulls new packages for one station from the station's source, and hands them in at the desk like any other package. If the source fails,
/// the line goes on, and the reason is in the station's state under <see cref="Component"/>.
/// </summary>
public sealed partial class ModelSync : IDisposable
{
    /// <summary>Under this name sync complains to the station's health.</summary>
    public const string Component = "sync";

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);

    // NTP corrects a clock by less than this without setting it.
    private static readonly TimeSpan ClockDrift = TimeSpan.FromMinutes(1);

    private readonly string _station;
    private readonly SyncOptions _options;
    private readonly ModelDesk _desk;
    private readonly StoreFolders _folders;
    private readonly Quarantine _quarantine;
    private readonly StationHealth _health;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly SyncHttp _http;
    private readonly ISyncSource _source;
    private readonly SyncMemoryFile _file;
    private readonly FaultLog _faults;
    private SyncMemory _memory = new();

    // When the set times were last looked at.
    private DateTimeOffset _lookedAt;
    private long _lookedAtTicks;

    /// <param name="station">The station: its health is told; its clock's time zone decides when the set times come.</param>
    /// <param name="options">Validated; <see cref="SyncOptions.IsOn"/>.</param>
    /// <param name="desk">Where packages are handed in.</param>
    /// <param name="folders">Where sync keeps its memory and its downloads.</param>
    public ModelSync(StationScope station, SyncOptions options, ModelDesk desk, StoreFolders folders)
    {
        (_station, _health, _, _time, _log) = station;
        (_options, _desk, _folders) = (options, desk, folders);
        _quarantine = new Quarantine(folders, _time);
        _http = new SyncHttp(options.CaFile is null ? null : Path.GetFullPath(options.CaFile), options.Timeout, _time);
        _source = options switch
        {
            { CustomVision: { } vision } => new CustomVisionSource(vision, _http, _time)
            {
                PollEvery = options.Every < TimeSpan.FromSeconds(5) ? options.Every : TimeSpan.FromSeconds(5),
            },
            { Manifest: { } manifest } => new ManifestSource(manifest, _http),
            _ => new SharedFolderSource(options.Folder!, options.Timeout, _time),
        };
        _file = new SyncMemoryFile(folders, _station, _log);
        _faults = new FaultLog(_log, $"The sync of station {_station}", _time);
    }

    /// <summary>Asks the source again and again until stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        _memory = _file.Read();
        (_lookedAt, _lookedAtTicks) = (_time.GetUtcNow(), _time.GetTimestamp());
        if (_memory.Source != _source.Description)
            _memory = new SyncMemory { Source = _source.Description };
        // The first pause is at most the usual interval; then each pause is twice as long.
        var pauses = new BackOff(_options.Every < FirstPause ? _options.Every : FirstPause, _options.LongestPause);
        try
        {
            while (true)
            {
                TimeSpan next = _options.Every.Varied(0.8, 1.2);
                try
                {
                    await LookAsync(stop).ConfigureAwait(false);
                    pauses.Reset();
                }
                catch (Exception fault) when (!stop.IsCancellationRequested && fault is not OutOfMemoryException)
                {
                    string reason = fault is SyncFault told ? told.Message : $"{_source.Description}: {fault.Message}";
                    _health.Complain(SyncWordings.Fault.Of(reason));
                    _faults.Report(reason);
                    TimeSpan wanted = (fault as SyncFault)?.RetryAfter ?? TimeSpan.Zero;
                    // A hundred agents must not come back at the same moment.
                    TimeSpan own = pauses.Next().Varied(1, 1.2);
                    next = wanted > own ? wanted : own;
                }
                await RestAsync(next, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Asks the source once, and does what follows from the answer.</summary>
    internal async Task LookAsync(CancellationToken stop)
    {
        await ActivateDueAsync(stop).ConfigureAwait(false);
        SyncOffer? offer = await _source.LookAsync(_memory, stop).ConfigureAwait(false);
        if (offer is null || offer.Id == _memory.Id)
        {
            ShowRefusal();
            return;
        }
        if (_memory.Version is { } last && OfferVersion.Compare(offer.Version, last) < 0 && !_options.AllowDowngrade)
        {
            _health.Complain(SyncWordings.Older.Of(_source.Description, offer.Name, offer.Version, last));
            return;
        }
        string path = await PullAsync(offer, stop).ConfigureAwait(false);
        await HandInAsync(offer, path, stop).ConfigureAwait(false);
    }

    private async Task<string> PullAsync(SyncOffer offer, CancellationToken stop)
    {
        // A folder for this station alone: half-fetched files of other stations must not be removed.
        string folder = Path.Combine(_folders.Sync, "part", StoreFolders.Safe(_station));
        string path = Path.Combine(
            folder, $"{Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(offer.Id)))[..16]}.zip");
        try
        {
            Directory.CreateDirectory(folder);
            // Half-fetched files of packages that are no longer offered.
            foreach (string old in Directory.EnumerateFiles(folder).Where(old => !old.StartsWith(path, StringComparison.Ordinal)))
                File.Delete(old);
            await _source.FetchAsync(offer, path, stop).ConfigureAwait(false);
            if (offer.Size is { } size && new FileInfo(path).Length != size)
                throw Damaged(path, $"it has {new FileInfo(path).Length} bytes, not {size}");
            if (offer.Sha256 is { } expected)
            {
                await using FileStream file = File.OpenRead(path);
                string got = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, stop).ConfigureAwait(false));
                if (got != expected)
                    throw Damaged(path, $"its SHA-256 is {got}, not {expected}");
            }
            if (offer.Signature is { } signature)
                await File.WriteAllTextAsync(path + ".sig", signature, stop).ConfigureAwait(false);
            return path;
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            SyncHttp.Forget(path);
            throw new SyncFault(
                $"The package {offer.Name} can't be kept: {fault.Message.TrimEnd('.')}. Make room or mend the folder; it is tried again.",
                null,
                fault);
        }
    }

    private SyncFault Damaged(string path, string how)
    {
        SyncHttp.Forget(path);
        return new SyncFault(
            $"What {_source.Description} gave is damaged: {how}. It is fetched again; if that does not help, publish it again.");
    }

    private async Task HandInAsync(SyncOffer offer, string path, CancellationToken stop)
    {
        string why = $"{_source.Description} offers {offer.Name}";
        AfterImport then = _options.Activate == SyncActivation.AtOnce ? AfterImport.ActivateOrShadow : AfterImport.Wait;
        (SwitchOutcome outcome, ImportOutcome? import) = await _desk.TakeAsync(
            _station, new Arrival(path, "sync", null, why) { Name = offer.Name, Iteration = offer.Iteration }, then, force: false,
            stop).ConfigureAwait(false);
        if (outcome.MayTryAgain)
            throw new SyncFault($"{offer.Name} from {_source.Description} could not be taken yet: {string.Join(" ", outcome.Problems)}");
        // A package that was pulled and waited, when packages were not yet taken at once, is now out of date.
        if (outcome.IsDone && then != AfterImport.Wait)
            _desk.Active.Update(_station, state => state with { Waiting = null });
        if (outcome.IsDone)
        {
            File.Delete(path);
            File.Delete(path + ".sig");
        }
        else
        {
            _quarantine.Put(path, _station, outcome.Problems, import?.Report, leave: false);
        }
        File.Delete(path + ".etag");
        string? refusal = outcome.IsDone
            ? null
            : $"{offer.Name} from {_source.Description} is refused: {string.Join(" ", outcome.Problems)}";
        Remember(_memory with { Id = offer.Id, Version = offer.Version, Refusal = refusal, ETag = (_source as ManifestSource)?.Tag });
        ShowRefusal();
        if (then == AfterImport.Wait && outcome.IsDone && Waiting is not null)
        {
            string until = _options.Activate == SyncActivation.AtTimes
                ? $"its time ({string.Join(", ", _options.Times)})"
                : "somebody to activate it";
            LogWaits(_log, _station, offer.Name, until);
            _desk.Find(_station, out _)
                ?.Tell(import!.Package!, new ModelOrigin("sync", null, $"It waits for {until}."), ModelChangeKind.Waiting);
        }
    }

    private string? Waiting => _desk.Active[_station].Waiting;

    /// <summary>Lets the waiting package take over when its set time has come.</summary>
    private async Task ActivateDueAsync(CancellationToken stop)
    {
        if (!IsSetTime() || Waiting is not { } waiting)
            return;
        SwitchOutcome outcome = await _desk.ActivateAsync(
            _station, waiting, new ModelOrigin("sync", null, "Its set time has come"), force: false, stop).ConfigureAwait(false);
        // A package that only lacked room or memory is tried again at the next set time.
        if (!outcome.IsDone && !outcome.MayTryAgain)
            _desk.Active.Update(_station, state => state.Waiting == waiting ? state with { Waiting = null } : state);
        Remember(_memory with { Refusal = outcome.IsDone ? null : string.Join(" ", outcome.Problems) });
        ShowRefusal();
    }

    /// <summary>Waits, in short sleeps: when somebody sets the wall clock meanwhile, the set times move.</summary>
    private async Task RestAsync(TimeSpan pause, CancellationToken stop)
    {
        long began = _time.GetTimestamp();
        while (pause - _time.GetElapsedTime(began) is { Ticks: > 0 } left)
        {
            DateTimeOffset now = _time.GetUtcNow();
            TimeSpan due = Waiting is not null && _options.Activate == SyncActivation.AtTimes
                ? ActivationTimes.Next(_options.ParsedTimes, now, _time.LocalTimeZone) - now
                : left;
            await Task.Delay(Shortest(left, due, LongestSleep) + TimeSpan.FromMilliseconds(1), _time, stop).ConfigureAwait(false);
            try
            {
                await ActivateDueAsync(stop).ConfigureAwait(false);
            }
            catch (Exception fault) when (DiskFault.Is(fault))
            {
                _faults.Report($"what waits can't take over: {fault.Message}");
            }
        }
    }

    /// <summary>
    /// True once for each set time that has come since the last call. If the wall clock is set back, the next set time only comes later; if
    /// it is set ahead, as after a start with an empty battery, the skipped set times do not come.
    /// </summary>
    private bool IsSetTime()
    {
        DateTimeOffset now = _time.GetUtcNow(), before = _lookedAt;
        DateTimeOffset couldBe = WallTime.Before(now, _time.GetElapsedTime(_lookedAtTicks) + ClockDrift);
        before = before > couldBe ? before : couldBe;
        (_lookedAt, _lookedAtTicks) = (now, _time.GetTimestamp());
        return _options.Activate == SyncActivation.AtTimes && before < now
            && ActivationTimes.Next(_options.ParsedTimes, before, _time.LocalTimeZone) <= now;
    }

    private void Remember(SyncMemory memory)
    {
        _memory = memory;
        try
        {
            _file.Write(memory);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            _faults.Report($"what it knows can't be kept, so that the next start asks anew: {fault.Message}");
        }
    }

    private void ShowRefusal()
    {
        if (_memory.Refusal is { } refusal)
            _health.Complain(SyncWordings.Refused.Of(refusal));
        else
            _health.Withdraw(Component);
    }

    private static TimeSpan Shortest(params ReadOnlySpan<TimeSpan> spans)
    {
        TimeSpan shortest = spans[0];
        foreach (TimeSpan span in spans)
            shortest = span < shortest ? span : shortest;
        return shortest;
    }

    [LoggerMessage(EventId = 441, Level = LogLevel.Information, Message = "Station {Station}: {Package} was pulled and waits for {Until}")]
    private static partial void LogWaits(ILogger log, string station, string package, string until);
}
