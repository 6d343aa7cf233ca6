using EdgeInspector.Foundation.Files;
using EdgeInspector.ModelStore.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.ModelStore.Switching;

/// <summary>The notes on disk about a station's models. Thread-safe.</summary>
/// <param name="station">The station's name.</param>
/// <param name="active">The file with the notes.</param>
/// <param name="log">Gets what could not be noted.</param>
internal sealed partial class ActiveNotes(string station, ActiveFile active, ILogger log)
{
    /// <summary>The station's present notes.</summary>
    public ActivePackage Known => active[station];

    /// <summary>
    /// Notes a swap before it happens: if the process is killed in between, the next one starts with the new package, on probation.
    /// </summary>
    /// <param name="change">The swap.</param>
    /// <param name="isOnProbation">True: the first parts of the package are watched.</param>
    /// <param name="isForced">True: rules were left out for the package.</param>
    /// <returns>Why the swap can't be noted, in a sentence; null: it is noted.</returns>
    public string? Book(ModelChange change, bool isOnProbation, bool isForced) =>
        Try(state => state.TakenOver(change, isOnProbation, isForced), out string? cause)
            ? null
            : $"The change can't be noted on disk, and would be undone by the next start: {cause}. "
                + "Make room or mend the data folder, and try again.";

    /// <summary>Notes that a package is to take over later; until then the store keeps that package.</summary>
    /// <returns>Why that can't be noted, in a sentence; null: it is noted.</returns>
    public string? Waits(string package) =>
        Try(state => state with { Waiting = state.Active == package ? null : package, Refused = null }, out string? cause)
            ? null
            : $"It can't be noted on disk that it waits: {cause}. Make room or mend the data folder.";

    /// <summary>Notes that a package on probation stays; false where that can't be noted.</summary>
    public bool Confirm(ModelChange change)
    {
        if (Try(
            state => state.Active == change.Package ? (state with { OnProbation = false, StartsOnProbation = 0 }).With(change) : state,
            out string? cause))
            return true;
        LogNotNoted(log, station, cause!);
        return false;
    }

    /// <summary>Notes that the process stops in order: a wanted restart does not count against a package on probation.</summary>
    public void EndedInOrder()
    {
        if (!Try(state => state with { StartsOnProbation = 0, EndsInRun = 0 }, out string? cause))
            LogEndNotNoted(log, station, cause!);
    }

    /// <summary>Notes what <c>models list</c> shows besides the packages; if the disk refuses, only that is missing.</summary>
    public void Beside(Func<ActivePackage, ActivePackage> change)
    {
        if (!Try(change, out string? cause))
            LogBesideNotNoted(log, station, cause!);
    }

    private bool Try(Func<ActivePackage, ActivePackage> change, out string? cause)
    {
        try
        {
            active.Update(station, change);
            cause = null;
            return true;
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            cause = fault.Message.TrimEnd('.');
            return false;
        }
    }

    [LoggerMessage(EventId = 423, Level = LogLevel.Error,
        Message = "Station {Station}: the model did well, but this could not be noted: {Cause}")]
    private static partial void LogNotNoted(ILogger log, string station, string cause);

    [LoggerMessage(EventId = 426, Level = LogLevel.Warning,
        Message = "Station {Station}: the orderly end could not be noted, and counts against a package on probation: {Cause}")]
    private static partial void LogEndNotNoted(ILogger log, string station, string cause);

    [LoggerMessage(
        EventId = 427,
        Level = LogLevel.Warning,
        Message = "Station {Station}: what runs in the shadow or was refused last could not be noted: {Cause}")]
    private static partial void LogBesideNotNoted(ILogger log, string station, string cause);
}
