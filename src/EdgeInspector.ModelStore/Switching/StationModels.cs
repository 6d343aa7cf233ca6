using System.Threading.Channels;
using EdgeInspector.Inference;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.ModelStore.Signatures;
using EdgeInspector.ModelStore.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.ModelStore.Switching;

/// <summary>
/// The models of one station: the one that runs, and the only way to another. Every swap is loaded and warmed beside the running model, takes over between two
/// parts, is watched for its first parts and given up again when they go wrong.
/// </summary>
/// <remarks>Owns the generation that runs. The station's threads only call <see cref="Note"/>; everything that touches a disk happens elsewhere.</remarks>
public sealed partial class StationModels : IAsyncDisposable
{
    /// <summary>Under this name it complains to the station's health.</summary>
    public const string Component = "models";

    private static readonly TimeSpan RunPatience = TimeSpan.FromSeconds(5);

    private readonly Station _station;
    private readonly PackageStore _store;
    private readonly PackageTrust _trust;
    private readonly ActiveFile _active;
    private readonly ModelOptions _limits;
    private readonly SemaphoreSlim _turn;
    private readonly Action<string, ModelChange> _news;
    private readonly Action _freed;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();

    // What is left to do after parts of a probation: never done on the station's threads.
    private readonly Channel<(Probation Probation, ProbationResult Result)> _ended = Channel.CreateUnbounded<(Probation, ProbationResult)>();

    // What hung, and why it is believed to. One is enough: until another model runs, the others are of the same one.
    private readonly Channel<(ModelIdentity Model, string Why)> _hung =
        Channel.CreateBounded<(ModelIdentity, string)>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly RunMark? _mark;
    private readonly Task _working;

    // Rules and models change under this; it is held for moments only.
    private readonly Lock _gate = new();
    private StationModelOptions _options;
    private OnnxGeneration _running;
    private volatile Probation? _probation;
    private volatile ShadowRun? _shadow;

    /// <param name="station">The station, which runs the generation already.</param>
    /// <param name="first">The generation that it runs; owned from now on.</param>
    /// <param name="options">How the station runs models.</param>
    /// <param name="store">The packages.</param>
    /// <param name="trust">Whose packages may run.</param>
    /// <param name="active">Which package runs.</param>
    /// <param name="limits">How models are kept.</param>
    /// <param name="turn">Shared by all stations, so that never more than one second model is loaded.</param>
    /// <param name="news">Told of every change, with the station's name; must not block.</param>
    /// <param name="freed">Told after a model was freed, so that its memory can go back to the system.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The log.</param>
    /// <param name="mark">Where the station marks its runs; owned from now on. Null: nowhere.</param>
    public StationModels(
        Station station,
        OnnxGeneration first,
        StationModelOptions options,
        PackageStore store,
        PackageTrust trust,
        ActiveFile active,
        ModelOptions limits,
        SemaphoreSlim turn,
        Action<string, ModelChange> news,
        Action freed,
        TimeProvider time,
        ILogger log,
        RunMark? mark = null)
    {
        _mark = mark;
        (_station, _running, _options, _store, _trust, _active, _limits, _turn, _news, _freed, _time, _log) =
            (station, first, options, store, trust, active, limits, turn, news, freed, time, log);
        StationModel known = active[station.Name];
        if (known.OnProbation && known.Active == first.Model.Package && options.Probation.Parts > 0)
            _probation = new Probation(first.Model.Package, options.Probation);
        // Of an agent that was killed.
        NoteBeside(state => state with { Shadow = null });
        mark?.Use(first.Model.Package);
        station.Mark = mark;
        station.ModelHangs = (model, why) => _hung.Writer.TryWrite((model, why));
        _working = Task.WhenAll(Task.Run(Work), Task.Run(WatchForHangs));
    }

    /// <summary>Raised when <see cref="Shadow"/> begins or ends; must not block.</summary>
    public event Action? BesideChanged;

    /// <summary>The station's name.</summary>
    public string Station => _station.Name;

    /// <summary>The model that runs.</summary>
    public ModelIdentity Running => _station.Model;

    /// <summary>How the station runs models, with the rules in force.</summary>
    public StationModelOptions Options
    {
        get
        {
            lock (_gate)
                return _options;
        }
    }

    /// <summary>Folder of the package that runs, to compare candidates with; null when the store has lost it.</summary>
    public string? ActiveFolder => _store.Has(Running.Package) ? _store.FolderOf(Running.Package) : null;

    /// <summary>Puts other rules in force between two parts. They were resolved against the running model before; what no longer fits it is left out and told.</summary>
    public void Put(RuleOptions rules)
    {
        lock (_gate)
        {
            _options = _options with { Rules = rules };
            _station.Rules = RuleSet.Create(rules, Running, out _) ?? RuleSet.Create(TagChanges.WithoutDead(rules, Running), Running, out _)!;
        }
    }

    /// <summary>Loads a package of the store beside the running one and lets it take over.</summary>
    /// <param name="package">The package.</param>
    /// <param name="origin">Who wants it.</param>
    /// <param name="force">True: rules that it does not know are left out, instead of refusing it.</param>
    /// <param name="stop">Gives up before it takes over.</param>
    public Task<ModelOutcome> ActivateAsync(StoredPackage package, ModelOrigin origin, bool force, CancellationToken stop) =>
        InTurnAsync(either => Swap(package, ModelChangeKind.Activated, origin, force, either), stop);

    /// <summary>Notes that a package is to take over later; until then the store keeps it.</summary>
    public ModelOutcome LetWait(StoredPackage package)
    {
        try
        {
            _active.Update(Station, state => state with { Waiting = state.Active == package.Hash ? null : package.Hash, Refused = null });
            return new ModelOutcome($"{package.Name} ({package.ShortHash}) is in the store and waits.", [], Running.Package);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            string problem = $"It can't be noted on disk that it waits: {fault.Message.TrimEnd('.')}. Make room or mend the data folder.";
            return ModelOutcome.Refused(Running.Package, problem) with { MayTryAgain = true };
        }
    }

    /// <summary>Lets the last good package take over again.</summary>
    public Task<ModelOutcome> RollBackAsync(ModelOrigin origin, CancellationToken stop) => InTurnAsync(either => RollBack(origin, either), stop);

    /// <summary>Tells of a package that was refused, here or before it came here, and keeps it as <see cref="Refused"/>.</summary>
    /// <param name="package">Its hash; null when it could not even be read.</param>
    /// <param name="name">Its name, or what somebody called it.</param>
    /// <param name="origin">Who wanted it.</param>
    /// <param name="problems">Why it was refused, a sentence each.</param>
    /// <param name="isThere">False: there is no such package, so that nothing is kept.</param>
    public void Refuse(string? package, string? name, ModelOrigin origin, IReadOnlyList<string> problems, bool isThere = true)
    {
        var change = new ModelChange(
            ModelChangeKind.Refused, _time.GetUtcNow(), package, name, null, Running.Package, origin.From, origin.By,
            string.Join(" ", problems));
        if (isThere)
            NoteBeside(state => state.Refusing(change));
        _news(Station, change);
    }

    /// <summary>The last package that was refused; null when another was taken since.</summary>
    public ModelChange? Refused => _active[Station].Refused;

    /// <summary>Tells of a package that did not take over yet.</summary>
    public void Tell(StoredPackage package, ModelOrigin origin, ModelChangeKind kind) => _news(
        Station, new ModelChange(kind, _time.GetUtcNow(), package.Hash, package.Name, package.Iteration, Running.Package, origin.From, origin.By, origin.Why));

    /// <summary>Sees every part after its signal. Costs nothing but counting; called on the station's threads.</summary>
    public void Note(InspectedPart part)
    {
        if (_probation is { } probation && probation.Add(part) is { } result)
            _ended.Writer.TryWrite((probation, result));
        _shadow?.Offer(part);
    }

    /// <summary>The candidate that runs in the shadow, or is about to take over after it; null: none.</summary>
    public StoredPackage? Shadowed => _shadow?.Package;

    /// <summary>How far the shadow run is; null: there is none.</summary>
    public ShadowProgress? Shadow => _shadow is { Ended.IsCompleted: false } run ? run.Progress : null;

    /// <summary>Runs a package beside the active one, on the same parts, without a say. A run that is under way ends.</summary>
    /// <param name="package">The candidate.</param>
    /// <param name="origin">Who wants it.</param>
    /// <param name="save">Writes the pictures of disagreements.</param>
    /// <param name="folders">Where the report goes.</param>
    /// <param name="stop">Gives up before it begins.</param>
    public async Task<ModelOutcome> ShadowAsync(StoredPackage package, ModelOrigin origin, SavePicture save, ModelFolders folders, CancellationToken stop)
    {
        if (Running.Package == package.Hash)
            return new ModelOutcome($"Station {Station} runs {package.Name} ({package.ShortHash}) already.", [], package.Hash);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, _stop.Token);
        await _turn.WaitAsync(either.Token).ConfigureAwait(false);
        try
        {
            ModelOutcome outcome = await BeginShadow(package, origin, save, folders, either.Token).ConfigureAwait(false);
            if (!outcome.IsDone)
                Refuse(package.Hash, package.Name, origin, outcome.Problems);
            return outcome;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<ModelOutcome> BeginShadow(
        StoredPackage package, ModelOrigin origin, SavePicture save, ModelFolders folders, CancellationToken stop)
    {
        StopShadow("another candidate was to run");
        if (_store.Open(package.Hash, out IReadOnlyList<string> problems) is not { } content)
            return ModelOutcome.Refused(Running.Package, problems);
        // One thread: the parts of the line come first.
        StationModelOptions options = Options;
        options = options with { Inference = options.Inference with { Threads = 1 } };
        if (Objection(package, content) is { } objection)
            return objection;
        LoadedModel? candidate = await Task.Run(
            () => LoadedModel.Load(content, options, Running, force: false, _log, out problems), stop).ConfigureAwait(false);
        if (candidate is null)
            return ModelOutcome.Refused(Running.Package, problems);
        string name = DatedFolder.Name(_time.GetLocalNow(), $"{ModelFolders.Safe(Station)}_{package.ShortHash}");
        string folder = Path.Combine(folders.Shadow, name);
        var run = new ShadowRun(Station, candidate, package, Running.Package, folder, options.Shadow, save, _time, _log);
        run.Start();
        _shadow = run;
        var start = new ShadowStart(package.Hash, package.Name, package.Iteration, run.Began, options.Shadow.Parts);
        NoteBeside(state => state with { Shadow = start, Refused = null });
        BesideChanged?.Invoke();
        _ = FinishShadow(run, origin, folder);
        string message = $"{package.Name} ({package.ShortHash}) runs in the shadow at station {Station}, "
            + $"for {options.Shadow.Parts} parts or {options.Shadow.Duration}.";
        return new ModelOutcome(message, [], Running.Package);
    }

    private async Task FinishShadow(ShadowRun run, ModelOrigin origin, string folder)
    {
        ShadowReport report = await run.Ended.ConfigureAwait(false);
        run.Dispose();
        NoteBeside(state => state.Shadow is { } shadow && shadow.At == run.Began ? state with { Shadow = null } : state);
        BesideChanged?.Invoke();
        bool takesOver = Options.Shadow.ActivateBelow is { } limit && report.Judged >= Options.Shadow.Parts && report.Failed == 0 && report.Share <= limit;
        // Until it has taken over, the store must not take it for one that nobody needs.
        if (!takesOver)
            Interlocked.CompareExchange(ref _shadow, null, run);
        string summary = string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"Other verdicts on {report.Different} of {report.Judged} parts ({report.Share:P1}), {report.Failed} failed, {report.LeftOut} left out; {report.Why}. Report: {Path.GetFileName(folder)}");
        LogShadowed(_log, Station, report.Name, summary);
        _news(Station, new ModelChange(ModelChangeKind.Shadowed, _time.GetUtcNow(), report.Candidate, report.Name, run.Package.Iteration, report.Active, origin.From, origin.By, summary));
        if (!takesOver)
            return;
        try
        {
            await ActivateAsync(run.Package, new ModelOrigin("agent", origin.By, $"Its shadow run agreed: {summary}"), force: false, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException)
        {
            // The agent stops.
        }
        Interlocked.CompareExchange(ref _shadow, null, run);
    }

    private void StopShadow(string why)
    {
        if (_shadow is { } run)
            run.End(why);
    }

    /// <summary>Frees the running model; call it when the station has ended in order.</summary>
    public async ValueTask DisposeAsync()
    {
        NoteOrderlyEnd();
        await _stop.CancelAsync().ConfigureAwait(false);
        _ended.Writer.TryComplete();
        _hung.Writer.TryComplete();
        await _working.ConfigureAwait(false);
        _shadow?.Dispose();
        // A swap that is under way must not load into what is being freed.
        if (await _turn.WaitAsync(RunPatience).ConfigureAwait(false))
            _turn.Release();
        _running.Dispose();
        _mark?.Dispose();
        _stop.Dispose();
    }

    /// <summary>Does something while nobody else swaps or loads, on a thread of its own: loading takes a while, and others need those of the pool.</summary>
    private async Task<T> InTurnAsync<T>(Func<CancellationToken, T> work, CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, _stop.Token);
        await _turn.WaitAsync(either.Token).ConfigureAwait(false);
        try
        {
            return await Task.Factory.StartNew(() => work(either.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private ModelOutcome RollBack(ModelOrigin origin, CancellationToken stop)
    {
        if (_active[Station].LastGood is not { } hash)
            return ModelOutcome.Refused(Running.Package, $"Station {Station} has no earlier package to go back to. Activate one by its name or hash.");
        if (_store.Find(hash) is not { } package)
            return ModelOutcome.Refused(Running.Package, $"The package to go back to, {hash[..12]}, is not in the store any more. Import it again.");
        return Swap(package, ModelChangeKind.RolledBack, origin, force: true, stop);
    }

    private ModelOutcome Swap(StoredPackage package, ModelChangeKind kind, ModelOrigin origin, bool force, CancellationToken stop)
    {
        ModelOutcome outcome = TrySwap(package, kind, origin, force, stop);
        if (!outcome.IsDone)
            Refuse(package.Hash, package.Name, origin, outcome.Problems);
        return outcome;
    }

    private ModelOutcome TrySwap(StoredPackage package, ModelChangeKind kind, ModelOrigin origin, bool force, CancellationToken stop)
    {
        ModelIdentity before = Running;
        if (before.Package == package.Hash)
            return new ModelOutcome($"Station {Station} runs {package.Name} ({package.ShortHash}) already.", [], package.Hash);
        if (_store.Open(package.Hash, out IReadOnlyList<string> problems) is not { } content)
            return ModelOutcome.Refused(before.Package, problems);
        if (Objection(package, content) is { } objection)
            return objection;
        LoadedModel? loaded = LoadedModel.Load(content, Options, before, force, _log, out problems);
        if (loaded is null)
            return ModelOutcome.Refused(before.Package, problems);
        var change = new ModelChange(kind, _time.GetUtcNow(), package.Hash, package.Name, package.Iteration, before.Package, origin.From, origin.By, origin.Why);
        try
        {
            stop.ThrowIfCancellationRequested();
            if (Book(change, loaded.Dropped.Count > 0) is { } fault)
                return ModelOutcome.Refused(before.Package, fault) with { MayTryAgain = true };
            TakeOver(loaded);
            loaded = null;
            StopShadow("another package became active");
        }
        finally
        {
            loaded?.Generation.Dispose();
        }
        TagChanges tags = TagChanges.Between(before.Tags, Running.Tags);
        string message = $"Station {Station} runs {package.Name} ({package.ShortHash}){(tags.IsNone ? "" : $". {tags}")}";
        LogTookOver(_log, Station, package.Name, package.ShortHash, before.Name, before.Package[..Math.Min(12, before.Package.Length)], origin.From, origin.Why ?? "no reason given");
        _news(Station, change);
        return new ModelOutcome(message, [], package.Hash);
    }

    private ModelOutcome? Objection(StoredPackage package, ModelPackage content)
    {
        if (_trust.Complaint(package.Hash, package.Signature) is { } untrusted)
            return ModelOutcome.Refused(Running.Package, untrusted);
        return AvailableMemory.Complaint(content.Onnx.LongLength, (long)_limits.FreeMemoryMiB << 20) is { } tooLittle
            ? ModelOutcome.Refused(Running.Package, tooLittle) with { MayTryAgain = true }
            : null;
    }

    /// <summary>Notes the swap on disk, before it happens: a process that is killed in between starts with what was tried and is on probation.</summary>
    private string? Book(ModelChange change, bool isForced)
    {
        bool watch = Options.Probation.Parts > 0;
        try
        {
            _active.Update(Station, state => state.TakenOver(change, watch, isForced));
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"The change can't be noted on disk, and would be undone by the next start: {fault.Message.TrimEnd('.')}. Make room or mend the data folder, and try again.";
        }
    }

    private void TakeOver(LoadedModel loaded)
    {
        OnnxGeneration old;
        bool isFree;
        lock (_gate)
        {
            // The settings may have changed while it was loaded.
            RuleSet rules = RuleSet.Create(_options.Rules, loaded.Generation.Model, out _) ?? loaded.Rules;
            old = _running;
            _running = loaded.Generation;
            _probation = _options.Probation.Parts > 0 && _active[Station].OnProbation ? new Probation(loaded.Generation.Model.Package, _options.Probation) : null;
            _mark?.Use(loaded.Generation.Model.Package);
            isFree = _station.Use(loaded.Generation, rules, RunPatience);
        }
        if (loaded.Complaint is { } complaint)
            _station.Health.Complain(Component, complaint);
        else
            _station.Health.Withdraw(Component);
        if (isFree)
        {
            old.Dispose();
            _freed();
        }
        else
        {
            LogNotFreed(_log, Station, old.Model.Name);
        }
    }

    private async Task Work()
    {
        try
        {
            await foreach ((Probation probation, ProbationResult result) in _ended.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
                await EndAsync(probation, result).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    private async Task EndAsync(Probation probation, ProbationResult result)
    {
        if (_probation != probation)
            return;
        if (result.IsGood)
        {
            _probation = null;
            Confirm(probation.Package, result.Why);
            return;
        }
        string why = $"The new model {Running.Name} ({probation.Package[..12]}) was given up: {result.Why}.";
        // Whoever had the turn before may have put in another one meanwhile, which is not to blame.
        if (await GiveUpAsync(why, () => _probation == probation).ConfigureAwait(false))
            _probation = null;
    }

    /// <summary>Goes back to the last good package and tells why; false when somebody was faster and another one runs.</summary>
    private async Task<bool> GiveUpAsync(string why, Func<bool> stillRuns)
    {
        ModelOutcome? outcome = await InTurnAsync(
            stop => stillRuns() ? RollBack(new ModelOrigin("agent", null, why), stop) : null, _stop.Token).ConfigureAwait(false);
        if (outcome is null)
            return false;
        string told = outcome.IsDone ? $"{why} {outcome.Message.TrimEnd('.')}." : $"{why} But there is no way back: {string.Join(" ", outcome.Problems)}";
        _station.Health.Complain(Component, told);
        LogGivenUp(_log, Station, told);
        return true;
    }

    /// <summary>
    /// A model that hangs is given up at once, however well it did before: with the next such picture it would stop the station again.
    /// </summary>
    private async Task WatchForHangs()
    {
        try
        {
            await foreach ((ModelIdentity model, string why) in _hung.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
            {
                string told = $"The model {model.Name} ({model.Package[..Math.Min(12, model.Package.Length)]}) was given up: {why}.";
                bool isGivenUp = await GiveUpAsync(told, () => Running.Package == model.Package).ConfigureAwait(false);
                if (isGivenUp && _probation?.Package == model.Package)
                    _probation = null;
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    /// <summary>A restart that somebody wanted says nothing against a package on probation.</summary>
    private void NoteOrderlyEnd()
    {
        try
        {
            _active.Update(Station, state => state with { StartsOnProbation = 0, EndsInRun = 0 });
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            LogEndNotNoted(_log, Station, fault.Message);
        }
    }

    /// <summary>Keeps what <c>models list</c> tells beside the packages; a disk that does not take it costs no more than that.</summary>
    private void NoteBeside(Func<StationModel, StationModel> change)
    {
        try
        {
            _active.Update(Station, change);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            LogBesideNotNoted(_log, Station, fault.Message);
        }
    }

    private void Confirm(string package, string why)
    {
        try
        {
            ModelIdentity running = Running;
            var change = new ModelChange(
                ModelChangeKind.Confirmed, _time.GetUtcNow(), package, running.Name, running.Iteration, null, "agent", null, $"It did well: {why}.");
            _active.Update(Station, state => state.Active == package ? (state with { OnProbation = false, StartsOnProbation = 0 }).With(change) : state);
            LogConfirmed(_log, Station, running.Name, why);
            _news(Station, change);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            LogNotNoted(_log, Station, fault.Message);
        }
    }

    [LoggerMessage(EventId = 420, Level = LogLevel.Information, Message = "Station {Station}: {Package} ({Hash}) took over from {Before} ({BeforeHash}), by {From}: {Why}")]
    private static partial void LogTookOver(ILogger log, string station, string package, string hash, string before, string beforeHash, string from, string why);

    [LoggerMessage(EventId = 425, Level = LogLevel.Information, Message = "Station {Station}: the shadow run of {Package} is over. {Summary}")]
    private static partial void LogShadowed(ILogger log, string station, string package, string summary);

    [LoggerMessage(EventId = 421, Level = LogLevel.Error, Message = "Station {Station}: {Why}")]
    private static partial void LogGivenUp(ILogger log, string station, string why);

    [LoggerMessage(EventId = 422, Level = LogLevel.Information, Message = "Station {Station}: {Package} stays: {Why}")]
    private static partial void LogConfirmed(ILogger log, string station, string package, string why);

    [LoggerMessage(EventId = 423, Level = LogLevel.Error, Message = "Station {Station}: the model did well, but this could not be noted: {Cause}")]
    private static partial void LogNotNoted(ILogger log, string station, string cause);

    [LoggerMessage(EventId = 426, Level = LogLevel.Warning, Message = "Station {Station}: the orderly end could not be noted, and counts against a package on probation: {Cause}")]
    private static partial void LogEndNotNoted(ILogger log, string station, string cause);

    [LoggerMessage(
        EventId = 427,
        Level = LogLevel.Warning,
        Message = "Station {Station}: what runs in the shadow or was refused last could not be noted: {Cause}")]
    private static partial void LogBesideNotNoted(ILogger log, string station, string cause);

    [LoggerMessage(EventId = 424, Level = LogLevel.Error, Message = "Station {Station}: a run of {Package} does not return, so that its memory stays taken")]
    private static partial void LogNotFreed(ILogger log, string station, string package);
}
