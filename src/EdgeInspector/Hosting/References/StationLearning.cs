using System.Globalization;
using EdgeInspector.Delivery.Events;
using EdgeInspector.Delivery.State;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Inspection.References;
using EdgeInspector.Inspection.Stations;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Hosting.References;

/// <summary>
/// The references of one station on disk and in force: takes up the references on disk, learns others from live parts, forgets references,
/// and tells of changes. Thread-safe.
/// </summary>
/// <param name="station">The station.</param>
/// <param name="folder">Where the references are kept.</param>
/// <param name="tell">Told of every change; must not block.</param>
/// <param name="time">The clock.</param>
/// <param name="log">The log.</param>
internal sealed partial class StationLearning(
    Station station, ReferenceFolder folder, Action<ReferenceNews> tell, TimeProvider time, ILogger log)
{
    /// <summary>Under this name a station complains of a reference that can't be read.</summary>
    public const string Component = "reference";

    /// <summary>How many parts are learnt from where nobody says another number.</summary>
    public const int UsualParts = 50;

    // How many left-out parts one sentence names. A hundred of a thousand parts may be left out.
    private const int MostNamed = 10;

    // After so long whoever asked has gone home.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(8);

    private readonly Lock _gate = new();
    private Learning? _inWork;
    private CallingOff? _calledOff;

    // Whoever asks for progress has begun to learn, but not in this process.
    private StationAnswer _last = new(
        "Nothing was learnt.",
        ["The agent has begun to learn nothing since it started. If it was restarted meanwhile, begin again."],
        null);

    /// <summary>The references, for <c>state</c>.</summary>
    public ReferencesShown Shown => new(
        [.. station.References.All.Select(one => new LearntReference(one.Type, one.At, one.By, one.Parts, one.From))],
        station.References.Learning is { } learning
            ? new ReferenceLearning(learning.Origin.Type, learning.Taken, learning.Parts, learning.Origin.By)
            : null,
        station.References.Note);

    /// <summary>
    /// Takes up the files of the folder. A file that can't be used is a complaint, and the station goes on without that reference.
    /// </summary>
    /// <returns>The references that are new in force.</returns>
    public IReadOnlyList<Reference> TakeUp()
    {
        var problems = new List<string>();
        IReadOnlyList<Reference> found = folder.Read(station.Name, problems);
        foreach (Reference gone in station.References.All.Where(one => !found.Any(other => SameType(one, other))))
            station.References.Forget(gone.Type);
        Reference[] news = [.. found.Where(one => !station.References.All.Any(other => SameType(one, other) && one.At == other.At))];
        foreach (Reference reference in news)
            station.References.Put(reference);
        if (problems.Count > 0)
            station.Health.Complain(HostWordings.ReferenceUnreadable.Of(string.Join(" ", problems)));
        else
            station.Health.Withdraw(Component);
        foreach (string problem in problems)
            LogProblem(log, station.Name, problem);
        if (station.References.Note is { } note)
            LogNote(log, station.Name, note);
        return news;
    }

    /// <summary>Takes up the files that the command line has put into the folder while the agent runs, and tells of them.</summary>
    public void Reload()
    {
        foreach (Reference one in TakeUp())
        {
            tell(new ReferenceNews(station.Name, "learnt", time.GetUtcNow(), one.Type, one.Parts, one.From, one.By, one.Why));
            string of = ReferenceText.OfType(one.Type);
            LogTakenUp(log, station.Name, one.Parts, one.From, of, one.By ?? "somebody");
        }
    }

    /// <summary>
    /// Begins to learn from the next parts, and answers at once; <see cref="Progress"/>, the state and an event tell the result.
    /// </summary>
    public StationAnswer Learn(string? type, int? parts, string? by, string? why)
    {
        int wanted = parts ?? UsualParts;
        if (wanted is < Reference.FewestParts or > Reference.MostParts)
        {
            return StationAnswer.Refused(
                $"A reference is learnt from {Reference.FewestParts} to {Reference.MostParts} parts; {wanted} are asked for.");
        }
        if (type is not null && ReferenceFormat.TypeFault(type) is { } noType)
            return StationAnswer.Refused($"The type can't be used: {noType}.");
        var origin = new LearnOrigin(station.Name, type, "camera", by, why, time.GetUtcNow());
        if (station.References.Begin(origin, wanted) is not { } learning)
            return StationAnswer.Refused($"Station {station.Name} is learning already; wait until it has its parts.");
        lock (_gate)
            _inWork = learning;
        _ = Task.Run(() => FinishAsync(learning));
        string of = ReferenceText.OfType(type);
        LogBegun(log, station.Name, wanted, of, by ?? "somebody");
        return new StationAnswer(
            $"Station {station.Name} learns from the next {wanted} parts{of}. Let only good ones pass until it has them.", [], 0);
    }

    /// <summary>How far learning is, or its result.</summary>
    public StationAnswer Progress()
    {
        lock (_gate)
        {
            // Also after the last part has come, while the reference is being made.
            if (_inWork is not { } learning)
                return _last;
            string refused = learning.Refused == 0 ? "" : $"; {learning.Refused} more had a picture that shows nothing";
            string rejected = learning.Rejected == 0 ? "" : $"; {learning.Rejected} of them the model has rejected";
            return new StationAnswer($"{learning.Taken} of {learning.Parts} parts{rejected}{refused}.", [], learning.Taken);
        }
    }

    /// <summary>Calls off the present learning, whoever began it.</summary>
    public StationAnswer CallOff(string? by, string? why)
    {
        lock (_gate)
        {
            if (_inWork is not { } learning || !learning.CallOff())
                return new StationAnswer("Nothing was being learnt.", [], null);
            _calledOff = new CallingOff(learning, by, why);
            return new StationAnswer($"{Begun(learning)}; what was known stays.", [], null);
        }
    }

    /// <summary>Forgets a reference.</summary>
    public StationAnswer Forget(string? type, string? by, string? why)
    {
        string of = ReferenceText.OfType(type);
        bool wasThere;
        try
        {
            wasThere = folder.Remove(station.Name, type);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            return StationAnswer.Refused($"The reference{of} could not be removed: {fault.Message}");
        }
        if (!station.References.Forget(type) && !wasThere)
            return StationAnswer.Refused($"Station {station.Name} has no reference{of}.");
        // A reference that could not be read is gone too.
        TakeUp();
        tell(new ReferenceNews(station.Name, "forgotten", time.GetUtcNow(), type, null, null, by, why));
        LogForgotten(log, station.Name, of, by ?? "somebody");
        return new StationAnswer($"Station {station.Name} has forgotten the reference{of}.", [], null);
    }

    private async Task FinishAsync(Learning learning)
    {
        StationAnswer answer;
        CallingOff? calledOff = null;
        LearnOutcome? outcome = null;
        try
        {
            bool isWhole = await learning.Done.WaitAsync(Longest, time);
            if (!isWhole)
                calledOff = CalledOff(learning);
            answer = isWhole
                ? Keep(outcome = learning.Learn())
                : new StationAnswer("Nothing was learnt.", [Sentence(learning, calledOff)], null);
        }
        catch (TimeoutException)
        {
            learning.CallOff();
            answer = new StationAnswer(
                "Nothing was learnt.",
                [$"Only {learning.Taken} of {learning.Parts} parts came within {Longest.TotalHours:0} hours."],
                null);
        }
#pragma warning disable CA1031 // Whatever the fault: whoever waits must hear of it, and the station goes on.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            answer = new StationAnswer("Nothing was learnt.", [fault.Message], null);
        }
        lock (_gate)
        {
            _last = answer;
            // While the reference was being made, somebody may have begun to learn another.
            if (_inWork == learning)
                _inWork = null;
        }
        LogLearnt(log, station.Name, answer.Message, answer.Problems);
        LearnOrigin origin = learning.Origin;
        bool isLearnt = answer.Problems.Count == 0;
        tell(new ReferenceNews(
            station.Name, isLearnt ? "learnt" : "failed", time.GetUtcNow(), origin.Type, outcome?.Reference?.Parts ?? learning.Taken,
            origin.From, calledOff is null ? origin.By : calledOff.By, isLearnt ? origin.Why : string.Join(" ", answer.Problems))
        {
            LeftOut = outcome?.LeftOut.Count,
            Rejected = outcome?.Model?.Rejected,
            Review = outcome?.Model?.Doubtful,
        });
    }

    // Under the gate: otherwise the caller who called learning off would be known too late.
    private CallingOff? CalledOff(Learning learning)
    {
        lock (_gate)
            return _calledOff?.Learning == learning ? _calledOff : null;
    }

    private static string Sentence(Learning learning, CallingOff? calledOff)
    {
        string by = calledOff?.By is { } who ? $" by {who}" : "",
            why = string.IsNullOrWhiteSpace(calledOff?.Why) ? "" : $": {calledOff.Why.Trim().TrimEnd('.')}";
        return $"{Begun(learning)}{by}{why}.";
    }

    private static string Begun(Learning learning) => $"Learning, which {learning.Origin.By ?? "somebody"} had begun, was called off";

    private sealed record CallingOff(Learning Learning, string? By, string? Why);

    private StationAnswer Keep(LearnOutcome outcome)
    {
        if (outcome.Reference is not { } reference)
            return new StationAnswer("Nothing was learnt.", [outcome.Problem!], null);
        folder.Write(reference);
        station.References.Put(reference);
        TakeUp();
        return new StationAnswer(Sentence(outcome), [], null);
    }

    /// <summary>The result of learning, in a sentence.</summary>
    public static string Sentence(LearnOutcome outcome)
    {
        Reference reference = outcome.Reference!;
        string of = ReferenceText.OfType(reference.Type);
        string leftOut = outcome.LeftOut.Count == 0
            ? ""
            : $" {outcome.LeftOut.Count} {(outcome.LeftOut.Count == 1 ? "was" : "were")} other than the rest and left out: "
                + $"{Named(outcome.LeftOut)}.";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Station {reference.Station} has learnt from {reference.Parts} parts{of}: "
            + $"brightness {reference.Brightness.Mean:0.000}, sharpness {reference.Sharpness.Mean:0.0}, shift "
            + $"up to {Math.Max(reference.X.Most, -reference.X.Least):0} and {Math.Max(reference.Y.Most, -reference.Y.Least):0} pixels, "
            + $"turn up to {Math.Max(reference.Turn.Most, -reference.Turn.Least):0.0} degrees.{leftOut}{Doubts(outcome.Model)}");
    }

    private static string Doubts(ModelOpinion? model) => model is null or { Rejected: 0, Doubtful: 0 } ? ""
        : $" {model.Rejected} of them the model has rejected, and {model.Doubtful} it found doubtful: "
            + "look at those, for from now on such parts count as good ones.";

    private static string Named(IReadOnlyList<LeftOutPart> parts) =>
        string.Join("; ", parts.Take(MostNamed).Select(one => $"{one.Part} ({one.Why})"))
        + (parts.Count > MostNamed ? $"; and {parts.Count - MostNamed} more" : "");

    private static bool SameType(Reference one, Reference other) => string.Equals(one.Type, other.Type, StringComparison.OrdinalIgnoreCase);

    [LoggerMessage(EventId = 630, Level = LogLevel.Error, Message = "Station {Station}: {Problem}")]
    private static partial void LogProblem(ILogger log, string station, string problem);

    [LoggerMessage(EventId = 631, Level = LogLevel.Information, Message = "Station {Station}: {Note}")]
    private static partial void LogNote(ILogger log, string station, string note);

    [LoggerMessage(EventId = 632, Level = LogLevel.Information,
        Message = "Station {Station} learns from the next {Parts} parts{OfType}, for which {By} vouches")]
    private static partial void LogBegun(ILogger log, string station, int parts, string ofType, string by);

    [LoggerMessage(EventId = 633, Level = LogLevel.Information, Message = "Station {Station}, learning: {Message} {Problems}")]
    private static partial void LogLearnt(ILogger log, string station, string message, IReadOnlyList<string> problems);

    [LoggerMessage(EventId = 634, Level = LogLevel.Warning,
        Message = "Station {Station} has forgotten its reference{OfType}, as {By} said")]
    private static partial void LogForgotten(ILogger log, string station, string ofType, string by);

    [LoggerMessage(EventId = 635, Level = LogLevel.Information,
        Message = "Station {Station} has learnt from {Parts} pictures in {From}{OfType}, for which {By} vouches")]
    private static partial void LogTakenUp(ILogger log, string station, int parts, string from, string ofType, string by);
}
