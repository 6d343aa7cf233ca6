using EdgeInspector.Delivery;
using EdgeInspector.Delivery.Audit;
using EdgeInspector.Delivery.History;
using EdgeInspector.Delivery.Images.Calls;
using EdgeInspector.Delivery.Images.Looking;
using EdgeInspector.Delivery.Webhooks;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.ModelStore.Intake;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.ModelStore.Switching;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Web;

/// <summary>What the agent gives to its callers.</summary>
public sealed record HttpScope
{
    /// <summary>Which agent it is, and where its data folder lies.</summary>
    public required AgentIdentity Identity { get; init; }

    /// <summary>The agent's data folder.</summary>
    public string DataFolder => Identity.DataFolder ?? throw new InvalidOperationException("The agent has no data folder.");

    /// <summary>The stations.</summary>
    public required IReadOnlyList<HttpStation> Stations { get; init; }

    /// <summary>The station that somebody asks for; the first one where nobody asks for any, or for one that there is not.</summary>
    public HttpStation StationOrFirst(string? name) => Stations.FirstOrDefault(one => one.Name == name) ?? Stations[0];

    /// <summary>The packages.</summary>
    public required PackageBooks Books { get; init; }

    /// <summary>Where wishes for another model are handed in.</summary>
    public required ModelDesk Desk { get; init; }

    /// <summary>Where the packages lie.</summary>
    public required StoreFolders Folders { get; init; }

    /// <summary>The kept pictures; null where none are kept.</summary>
    public required KeptPictures? Kept { get; init; }

    /// <summary>The pictures that callers brought; null where none are kept.</summary>
    public CallPictures? Calls { get; init; }

    /// <summary>Where the pictures with this id lie: those of a part or of a call; null: there are none.</summary>
    public KeptPictures? Holding(Guid id) => new[] { Kept, Calls?.Kept }.FirstOrDefault(kept => kept?.Has(id) == true);

    /// <summary>What is remembered of parts; null where nothing is.</summary>
    public required HistoryOptions? History { get; init; }

    /// <summary>Examines everything that the line depends on, as <c>doctor</c> does but without the cameras, which are in use.</summary>
    public required Func<CancellationToken, IAsyncEnumerable<ExaminedThing>> Examine { get; init; }

    /// <summary>The last lines of the log, the newest first.</summary>
    public required Func<IReadOnlyList<LoggedLine>> LoggedLines { get; init; }

    /// <summary>Notes something in the audit log.</summary>
    public required Action<AuditEntry> Note { get; init; }

    /// <summary>Held while a model is loaded: never more than one second model at a time.</summary>
    public required SemaphoreSlim Loading { get; init; }

    /// <summary>The event of a part as JSON. Called on a station's thread, after the signal.</summary>
    public required Func<InspectedPart, byte[]> EventOf { get; init; }

    /// <summary>What became of the webhooks' events; empty where there are no webhooks.</summary>
    public Func<IReadOnlyList<WebhookFigures>> Webhooks { get; init; } = () => [];

    /// <summary>False when a station hangs.</summary>
    public required Func<bool> MakesProgress { get; init; }

    /// <summary>What is wrong with the stations, a sentence each.</summary>
    public required Func<IReadOnlyList<string>> Complaints { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Logs.</summary>
    public required ILoggerFactory Logs { get; init; }
}

/// <summary>One thing that was examined.</summary>
/// <param name="Health">How it is.</param>
/// <param name="Subject">What was looked at.</param>
/// <param name="Message">What was found, or how to mend it.</param>
public sealed record ExaminedThing(ThingHealth Health, string Subject, string Message);

/// <summary>How something is.</summary>
public enum ThingHealth
{
    /// <summary>All is well.</summary>
    Good,

    /// <summary>The line runs, but somebody should look.</summary>
    Warning,

    /// <summary>It would stop the line.</summary>
    Fault,
}

/// <summary>A line of the log.</summary>
/// <param name="At">When it was written.</param>
/// <param name="Level">How grave it is.</param>
/// <param name="Text">The line.</param>
public sealed record LoggedLine(DateTimeOffset At, LogLevel Level, string Text);
