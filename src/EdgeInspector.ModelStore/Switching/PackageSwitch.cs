using EdgeInspector.Inference;
using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.ModelStore.Storage;

namespace EdgeInspector.ModelStore.Switching;

/// <summary>
/// The models of one station: the one that runs, and the only way to another. Every new model is loaded and warmed beside the running
/// model, takes over between two parts, is watched for its first parts and given up again when they go wrong.
/// </summary>
/// <remarks>
/// Owns the generation that runs. The station's threads only call <see cref="Note"/>; everything that touches a disk happens elsewhere.
/// </remarks>
public sealed class PackageSwitch : IAsyncDisposable
{
    /// <summary>Under this name the switch complains to the station's health.</summary>
    public const string Component = "models";

    private readonly Station _station;
    private readonly SwitchingContext _shared;
    private readonly Action<ModelChange> _news;
    private readonly CancellationTokenSource _stop = new();
    private readonly LoadingTurn _turn;
    private readonly ActiveNotes _notes;
    private readonly ModelInForce _inForce;
    private readonly TakeOver _takeOver;
    private readonly RunningWatch _watch;
    private readonly ShadowDesk _shadow;

    /// <param name="station">The station, which runs the generation already.</param>
    /// <param name="first">The generation that the station runs; owned from now on.</param>
    /// <param name="options">How the station runs models.</param>
    /// <param name="shared">What all stations share.</param>
    /// <param name="news">Told of every change; must not block.</param>
    /// <param name="mark">Where the station marks its runs; owned from now on. Null: runs are not marked.</param>
    public PackageSwitch(
        Station station,
        OnnxGeneration first,
        StationModelOptions options,
        SwitchingContext shared,
        Action<ModelChange> news,
        RunMark? mark = null)
    {
        (_station, _shared, _news) = (station, shared, news);
        _turn = new LoadingTurn(shared.Loading, _stop.Token);
        _notes = new ActiveNotes(station.Name, shared.Active, shared.Log);
        _inForce = new ModelInForce(station, first, options, mark, shared.Freed, shared.Log);
        _watch = new RunningWatch(station, _notes, shared.Time, shared.Log, _stop.Token) { GoBack = GoBackAsync, News = Tell };
        _shadow = new ShadowDesk(station, shared, _inForce, _notes)
        {
            Changed = () => BesideChanged?.Invoke(),
            News = Tell,
            Activate = (package, origin) => ActivateAsync(package, origin, force: false, _stop.Token),
        };
        _takeOver = new TakeOver(station, shared, _inForce, _notes, _watch.Begin)
        {
            TookOver = () => _shadow.Stop("another package became active"),
            News = Tell,
        };
        // The note may come from an agent that was killed.
        _notes.Beside(state => state with { Shadow = null });
        _watch.Begin(first.Model.Package, options);
        _watch.Start();
        station.Inspected += Note;
    }

    /// <summary>Raised when <see cref="Shadow"/> begins or ends; must not block.</summary>
    public event Action? BesideChanged;

    /// <summary>The station's name.</summary>
    public string Station => _station.Name;

    /// <summary>The model that runs.</summary>
    public ModelIdentity Running => _station.Model;

    /// <summary>How the station runs models, with the rules in force.</summary>
    public StationModelOptions Options => _inForce.Options;

    /// <summary>Folder of the package that runs, to compare candidates with; null when the store no longer has it.</summary>
    public string? ActiveFolder => _shared.Store.Has(Running.Package) ? _shared.Store.FolderOf(Running.Package) : null;

    /// <summary>The last package that was refused; null when another package was taken since.</summary>
    public ModelChange? Refused => _notes.Known.Refused;

    /// <summary>The candidate that runs in the shadow, or is about to take over after it; null: none.</summary>
    public StoredPackage? Shadowed => _shadow.Candidate;

    /// <summary>How far the shadow run is; null: there is none.</summary>
    public ShadowProgress? Shadow => _shadow.Progress;

    /// <summary>The rules in force.</summary>
    public StationRules Rules => _inForce.Rules;

    /// <summary>
    /// Puts other rules in force between two parts. The rules were resolved against the running model before; rules that no longer fit the
    /// model are left out and told.
    /// </summary>
    public void Put(StationRules rules) => _inForce.Put(rules);

    /// <summary>Loads a package of the store beside the running one and lets it take over.</summary>
    /// <param name="package">The package.</param>
    /// <param name="origin">Who wants the package.</param>
    /// <param name="force">True: rules that the package does not know are left out; false: such a package is refused.</param>
    /// <param name="stop">Cancels the change before the package takes over.</param>
    public Task<SwitchOutcome> ActivateAsync(StoredPackage package, ModelOrigin origin, bool force, CancellationToken stop) =>
        _turn.RunAsync(either => Refusing(package, origin, _takeOver.Try(package, ModelChangeKind.Activated, origin, force, either)), stop);

    /// <summary>Notes that a package is to take over later; until then the store keeps that package.</summary>
    public SwitchOutcome LetWait(StoredPackage package) => _notes.Waits(package.Hash) is { } problem
        ? SwitchOutcome.Refused(Running.Package, problem) with { MayTryAgain = true }
        : new SwitchOutcome(OutcomeWordings.Waits.Of(package.Name, package.ShortHash), [], Running.Package);

    /// <summary>Lets the last good package take over again.</summary>
    public Task<SwitchOutcome> RollBackAsync(ModelOrigin origin, CancellationToken stop) =>
        _turn.RunAsync(either => RollBack(origin, either), stop);

    /// <summary>Tells of a package that was refused, here or earlier, and keeps the refusal as <see cref="Refused"/>.</summary>
    /// <param name="package">The package's hash; null when the package could not even be read.</param>
    /// <param name="name">The package's name, or what somebody called it.</param>
    /// <param name="origin">Who wanted the package.</param>
    /// <param name="problems">Why the package was refused, a sentence each.</param>
    /// <param name="isThere">False: there is no such package, so that nothing is kept.</param>
    public void Refuse(string? package, string? name, ModelOrigin origin, IReadOnlyList<string> problems, bool isThere = true)
    {
        var change = new ModelChange(
            ModelChangeKind.Refused, _shared.Time.GetUtcNow(), package, name, null, Running.Package, origin.From, origin.By,
            string.Join(" ", problems));
        if (isThere)
            _notes.Beside(state => state.Refusing(change));
        Tell(change);
    }

    /// <summary>Tells of a package that did not take over yet.</summary>
    public void Tell(StoredPackage package, ModelOrigin origin, ModelChangeKind kind) => Tell(new ModelChange(
        kind, _shared.Time.GetUtcNow(), package.Hash, package.Name, package.Iteration, Running.Package, origin.From, origin.By,
        origin.Why));

    // Only counts; called on the station's threads, after the signal.
    private void Note(InspectedPart part)
    {
        // A challenge part says nothing of a model's share of rejects.
        if (part.Challenge != Challenge.None)
            return;
        _watch.Note(part);
        _shadow.Offer(part);
    }

    /// <summary>Runs a package beside the active one, on the same parts, without a say. A run that is under way ends.</summary>
    /// <param name="package">The candidate.</param>
    /// <param name="origin">Who wants the run.</param>
    /// <param name="save">Writes the pictures of disagreements.</param>
    /// <param name="folders">Where the report goes.</param>
    /// <param name="stop">Cancels the run before it begins.</param>
    public async Task<SwitchOutcome> ShadowAsync(
        StoredPackage package, ModelOrigin origin, SavePicture save, StoreFolders folders, CancellationToken stop)
    {
        if (Running.Package == package.Hash)
            return new SwitchOutcome(OutcomeWordings.RunsAlready.Of(Station, package.Name, package.ShortHash), [], package.Hash);
        return await _turn.RunAsync(
            either => Refusing(package, origin, BeginShadow(package, origin, save, folders)), stop).ConfigureAwait(false);
    }

    /// <summary>Frees the running model; call this when the station has ended in order.</summary>
    public async ValueTask DisposeAsync()
    {
        _notes.EndedInOrder();
        await _stop.CancelAsync().ConfigureAwait(false);
        await _watch.EndAsync().ConfigureAwait(false);
        _shadow.Dispose();
        // A present swap must not load a model into a station whose models are being freed.
        if (await _shared.Loading.WaitAsync(ModelInForce.RunPatience).ConfigureAwait(false))
            _shared.Loading.Release();
        _inForce.Dispose();
        _stop.Dispose();
    }

    private SwitchOutcome BeginShadow(StoredPackage package, ModelOrigin origin, SavePicture save, StoreFolders folders)
    {
        _shadow.Stop("another candidate was to run");
        if (_shared.Store.Open(package.Hash, out IReadOnlyList<string> problems) is not { } content)
            return SwitchOutcome.Refused(Running.Package, problems);
        if (_takeOver.Objection(package, content) is { } objection)
            return objection;
        // One thread: the parts of the line come first.
        StationModelOptions options = Options;
        options = options with { Inference = options.Inference with { Threads = 1 } };
        return LoadedModel.Load(content, options, Running, force: false, _shared.Log, out problems) is { } candidate
            ? _shadow.Begin(candidate, package, origin, save, folders)
            : SwitchOutcome.Refused(Running.Package, problems);
    }

    private Task<SwitchOutcome?> GoBackAsync(string why, Func<bool> stillHolds) => _turn.RunAsync(
        stop => stillHolds() ? RollBack(new ModelOrigin("agent", null, why), stop) : null, _stop.Token);

    private SwitchOutcome RollBack(ModelOrigin origin, CancellationToken stop)
    {
        SwitchOutcome outcome = _takeOver.RollBack(origin, stop, out StoredPackage? package);
        return package is null ? outcome : Refusing(package, origin, outcome);
    }

    private SwitchOutcome Refusing(StoredPackage package, ModelOrigin origin, SwitchOutcome outcome)
    {
        if (!outcome.IsDone)
            Refuse(package.Hash, package.Name, origin, outcome.Problems);
        return outcome;
    }

    private void Tell(ModelChange change) => _news(change);
}
