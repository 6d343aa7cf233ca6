using System.Collections.Concurrent;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Logging;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Delivery.Journal;

/// <summary>
/// The parts in hand, noted on disk: after a kill the next start knows of them. A part's slot is freed when both the part's event is safe
/// and, where there is an audit log, the part's entry is in the log. Thread-safe.
/// </summary>
/// <param name="dataFolder">Where the notes lie; a full path.</param>
/// <param name="isAudited">True where an audit log keeps every part.</param>
/// <param name="time">The clock.</param>
/// <param name="log">The log.</param>
internal sealed partial class OpenParts(string dataFolder, bool isAudited, TimeProvider time, ILogger log) : IDisposable
{
    private readonly FaultLog _crowded = new(log, "Noting an accepted part", time);

    // Parts whose entry is not in the audit log yet; true: the part's event is safe, and its slot is kept only for the log.
    private readonly ConcurrentDictionary<Guid, bool> _unaudited = new();
    private OpenPartsFile? _file;

    /// <summary>Begins, and returns the parts that an earlier process left in hand. On a disk that refuses, nothing is noted.</summary>
    public IReadOnlyList<OpenPart> TakeUp()
    {
        try
        {
            _file = OpenPartsFile.Open(dataFolder, time.GetUtcNow(), out IReadOnlyList<OpenPart> left, out int torn);
            foreach (OpenPart part in left)
            {
                if (isAudited)
                    _unaudited[part.Id] = part.IsEventSafe;
                else if (part.IsEventSafe)
                    _file.Forget(part.Id);
            }
            if (torn > 0)
                LogTorn(log, torn);
            return left;
        }
        catch (Exception e) when (DiskFault.Is(e))
        {
            LogNoOpenParts(log, dataFolder, e.Message);
            return [];
        }
    }

    /// <summary>Notes a part that was just accepted.</summary>
    public void Open(string station, Trigger trigger)
    {
        if (_file is { } open && !open.Note(trigger.Id, trigger.Number, station, trigger.Part, trigger.AtWall, trigger.Challenge))
        {
            _crowded.Report(
                $"{OpenPartsFile.Slots} parts are in hand already; "
                + $"part {trigger.Part} at {station} is inspected all the same, but would be "
                + "forgotten if the agent were killed now.");
        }
    }

    /// <summary>Notes what is about to be signalled.</summary>
    public void Answering(Guid id, in Verdict verdict, GateAction action, DateTimeOffset at) =>
        _file?.NoteAnswer(id, new OpenPartOutcome(at, verdict.Kind, verdict.Reason, action, SignalOutcome.Unknown));

    /// <summary>Notes what became of a part.</summary>
    public void Close(InspectedPart part)
    {
        _file?.NoteOutcome(part.Id, new OpenPartOutcome(part.VerdictAt, part.Verdict.Kind, part.Verdict.Reason, part.Action, part.Signal));
        if (isAudited)
            _unaudited[part.Id] = false;
    }

    /// <summary>Says that the part's event is safe. Said again when the broker has the event.</summary>
    public void Safe(Guid id)
    {
        while (_unaudited.TryGetValue(id, out bool isSafe))
        {
            if (!isSafe && !_unaudited.TryUpdate(id, true, false))
                continue;
            _file?.NoteSafe(id);
            return;
        }
        _file?.Forget(id);
    }

    /// <summary>Says that the part's entry is in the audit log.</summary>
    public void Audited(Guid id)
    {
        if (_unaudited.TryRemove(id, out bool isSafe) && isSafe)
            _file?.Forget(id);
    }

    public void Dispose() => _file?.Dispose();

    [LoggerMessage(EventId = 514, Level = LogLevel.Warning, Message = "{Count} notes of parts in hand were torn and can't be read")]
    private static partial void LogTorn(ILogger log, int count);

    [LoggerMessage(
        EventId = 515,
        Level = LogLevel.Error,
        Message = "Parts in hand can't be noted in '{Folder}', and would be forgotten if the agent were killed: {Cause}")]
    private static partial void LogNoOpenParts(ILogger log, string folder, string cause);
}
