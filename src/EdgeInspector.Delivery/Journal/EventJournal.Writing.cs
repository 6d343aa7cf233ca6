using System.Globalization;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Delivery.Journal;

/// <summary>The thread <c>journal</c>: everything that touches the disk.</summary>
internal sealed partial class EventJournal
{
    // How many bytes the spool is asked for each time the disk is full: some hundred events.
    private const long WantedOfSpool = 4 * 1024 * 1024;

    /// <summary>How long the thread may sleep; if only acknowledgements come, they are gathered for a moment.</summary>
    private TimeSpan? UntilDue() => _memory.ToDo() switch
    {
        { IsDue: true } => TimeSpan.Zero,
        { DiskFails: true } => _pause - _time.GetElapsedTime(_failedAt),
        { DeliveredSince: { } since } => ForgetWithin - _time.GetElapsedTime(since),
        _ => null,
    };

    /// <summary>Reads the events that are asked for and writes those that have gathered.</summary>
    private void WriteOnce(bool evenIfTriedJustNow)
    {
        try
        {
            // Reading goes on while writing fails.
            if (!_memory.ReadFails)
                Refill();
            if (_memory.DiskFails && !evenIfTriedJustNow && _time.GetElapsedTime(_failedAt) < _pause)
                return;
            lock (_fileGate)
            {
                if (_file is null)
                    Open();
            }
            Commit();
            Trim();
            Refill();
            Recovered();
        }
        catch (SqliteException broken) when (SqliteFiles.IsDamage(broken))
        {
            SetAside(broken.Message);
        }
        catch (Exception refused) when (DiskFault.Is(refused) || refused is SqliteException or InvalidOperationException)
        {
            Fail(refused);
        }
    }

    // Under the file's gate.
    private void Open()
    {
        if (_rescued is { } rescued)
        {
            Begin(rescued);
            return;
        }
        if (File.Exists(_path) && JournalFile.VersionOf(_path) is { } version && version > JournalFile.Version)
        {
            Begin(JournalRescue.FromNewer(_path, version, _time.GetUtcNow()));
            return;
        }
        try
        {
            _file = JournalFile.Open(_path, _options.MostPages);
            (long count, long last) = _file.Measure();
            _memory.Opened(count, last);
        }
        catch (SqliteException broken) when (SqliteFiles.IsDamage(broken))
        {
            _file?.Dispose();
            _file = null;
            Begin(JournalRescue.FromBroken(_path, broken.Message, Listener.FreeSpace, _time.GetUtcNow(), _time.GetTimestamp()));
        }
    }

    /// <summary>Begins a new journal in place of one that was set aside, and tells what is lost.</summary>
    private void Begin(JournalRescue.Outcome rescue)
    {
        if (_rescued is null)
            LogSetAside(_log, rescue.Lost.Reason);
        // Kept until the saved events lie in the new journal and the loss was told: the disk may be full at just this moment.
        _rescued = rescue;
        _standing = DeliveryWordings.JournalSetAside.Of(rescue.Lost.Reason);
        try
        {
            _file = JournalFile.Open(_path, _options.MostPages);
            _file.Commit(rescue.Saved, []);
        }
        catch
        {
            _file?.Dispose();
            _file = null;
            throw;
        }
        (long count, long last) = _file.Measure();
        _memory.Opened(count, last);
        _rescued = null;
        Listener.Lost(rescue.Lost);
    }

    private void Commit()
    {
        while (_memory.TakeForCommit(MostInCommit, out WaitingEvent[] added, out long[] delivered))
        {
            lock (_fileGate)
                _file!.Commit(added, delivered);
            // Told before the reader may see the events: otherwise an event could be delivered and forgotten while its slot still says that
            // the part is open.
            foreach (WaitingEvent one in added)
                Listener.Safe(one.Id);
            _memory.Settle(added, delivered.Length);
        }
    }

    private void Refill()
    {
        if (!_memory.WantsRefill(out long from, out int most, out int rewinds) || _file is null)
            return;
        List<WaitingEvent> next;
        try
        {
            lock (_fileGate)
                next = _file.Read(from, most, _time.GetTimestamp());
        }
        catch (SqliteException fault) when (!SqliteFiles.IsDamage(fault))
        {
            _memory.ReadingFailed();
            throw;
        }
        _memory.Refill(next, rewinds);
    }

    /// <summary>Gives up the oldest events when the journal has grown beyond its limit.</summary>
    private void Trim()
    {
        while (OldestBeyondLimit() is { } oldest)
        {
            _memory.GaveUp(oldest);
            string[] stations = [.. oldest.Select(one => one.Station).Distinct()];
            Listener.Lost(new LostEvents(
                stations.Length == 1 ? stations[0] : null,
                oldest.Count,
                oldest[0].Id,
                oldest[^1].Id,
                string.Create(CultureInfo.InvariantCulture, $"The journal reached its limit of {_options.MaxBytes} bytes "
                    + $"(Journal:MaxBytes) while the broker was away; the oldest events were given up.")));
        }
    }

    private List<WaitingEvent>? OldestBeyondLimit()
    {
        lock (_fileGate)
        {
            long bytes = _file!.UsedBytes;
            Interlocked.Exchange(ref _bytes, bytes);
            if (bytes <= _options.MaxBytes)
                return null;
            List<WaitingEvent> oldest = _file.Read(0, MostInCommit, _time.GetTimestamp());
            if (oldest.Count == 0)
                return null;
            _file.Commit([], [.. oldest.Select(one => one.Position)]);
            return oldest;
        }
    }

    private void SetAside(string cause)
    {
        lock (_fileGate)
        {
            _file?.Dispose();
            _file = null;
            try
            {
                Begin(JournalRescue.FromBroken(_path, cause, Listener.FreeSpace, _time.GetUtcNow(), _time.GetTimestamp()));
            }
            catch (Exception refused) when (DiskFault.Is(refused) || refused is SqliteException)
            {
                Fail(refused);
                return;
            }
        }
        Recovered();
    }

    private void Fail(Exception refused)
    {
        string folder = Path.GetDirectoryName(_path)!;
        // SQLite also says "disk I/O error" where it finds no room for its auxiliary files.
        bool isFull = refused is SqliteException { SqliteErrorCode: 13 } || FreeBytes.LackOn(folder, WantedOfSpool / 4);
        Said complaint = refused switch
        {
            _ when isFull => DeliveryWordings.JournalFull.Of(folder),
            SqliteException { SqliteErrorCode: 8 or 14 } or UnauthorizedAccessException => DeliveryWordings.JournalForbidden.Of(folder),
            SqliteException { SqliteErrorCode: 5 or 6 } => DeliveryWordings.JournalInUse.Of(folder),
            _ => DeliveryWordings.JournalFails.Of(folder, refused.Message),
        };
        if (!_memory.DiskFails)
            _pauses.Reset();
        _pause = _pauses.Next();
        _failedAt = _time.GetTimestamp();
        _memory.DiskFailed();
        if (isFull)
            Listener.FreeSpace(WantedOfSpool);
        if (_memory.ReadFails || (!isFull && refused is not SqliteException { SqliteErrorCode: 5 or 6 }))
            Reopen();
        if (complaint.Equals(_complaint))
            return;
        _complaint = complaint;
        LogFails(_log, complaint.Text);
        Listener.Complain(complaint);
    }

    // Has the next try open the file anew: the folder may have been mounted or made again. Not while events are read from the present file.
    private void Reopen()
    {
        lock (_fileGate)
        {
            if (_memory.IsReadFromFile)
                return;
            _file?.Dispose();
            _file = null;
        }
    }

    private void Recovered()
    {
        if (_memory.DiskIsWell() is { } overflow)
            Listener.Lost(overflow);
        if (Equals(_complaint, _standing))
            return;
        if (_complaint is not null && _standing is null)
            LogWell(_log, _path);
        _complaint = _standing;
        Listener.Complain(_standing);
    }

    [LoggerMessage(EventId = 520, Level = LogLevel.Error, Message = "{Reason}")]
    private static partial void LogSetAside(ILogger log, string reason);

    [LoggerMessage(EventId = 521, Level = LogLevel.Error, Message = "{Complaint}")]
    private static partial void LogFails(ILogger log, string complaint);

    [LoggerMessage(EventId = 522, Level = LogLevel.Information, Message = "Events are kept in {Path} again")]
    private static partial void LogWell(ILogger log, string path);
}
