using System.Globalization;
using EdgeInspector.Foundation.Clocks;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Delivery.Webhooks;

/// <summary>The thread <c>webhooks</c>: everything that writes.</summary>
internal sealed partial class WebhookOutbox
{
    private const int MostGivenUpAtOnce = 1000;

    // When there is no room, so much more goes that it is told once for many events.
    private const double KeptOfFull = 0.95;

    private static readonly TimeSpan AgesEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan NoAgeAfterStart = TimeSpan.FromHours(1), NoAgeAfterJump = TimeSpan.FromDays(1);

    private TimeSpan? UntilDue()
    {
        TimeSpan wait = AgesEvery - (_agesSeenAt is { } seen ? _time.GetElapsedTime(seen) : TimeSpan.Zero);
        lock (_gate)
        {
            if (_fresh.Count > 0 && !_fails)
                return TimeSpan.Zero;
            if (_sentSince is { } since && !_fails)
                wait = Shorter(wait, ForgetWithin - _time.GetElapsedTime(since));
            return _fails ? Shorter(wait, _pause - _time.GetElapsedTime(_failedAt)) : wait;
        }

        static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
    }

    private void WriteOnce()
    {
        try
        {
            if (_file is null)
                Open();
            while (CommitSome())
            {
            }
            foreach ((string name, WebhookOptions options) in _webhooks)
                GiveUpForRoom(name, options.MaxBytes);
            GiveUpForAge();
            LookForOldest();
            Recovered();
        }
        catch (SqliteException broken) when (SqliteFiles.IsDamage(broken))
        {
            SetAside(broken.Message);
        }
#pragma warning disable CA1031 // The boundary of the thread: whatever the file has met, the next try may succeed.
        catch (Exception refused)
#pragma warning restore CA1031
        {
            Fail(refused.Message);
        }
    }

    private void Open()
    {
        lock (_fileGate)
        {
            _file = WebhookFile.Open(_path);
            // A new file in place of a broken one, however it came about: senders ask for what lies behind the position that they had last.
            if (_file.Last < _last)
                _file.GoOnAfter(_last);
            _last = _file.Last;
            _old ??= _last;
            Dictionary<string, WaitingPosts> waiting = _file.Measure();
            lock (_gate)
            {
                _waiting.Clear();
                foreach ((string name, WaitingPosts posts) in waiting)
                    _waiting[name] = posts;
            }
        }
        foreach (string gone in _waiting.Keys.Where(name => !_webhooks.ContainsKey(name)).ToList())
            GiveUp(gone, (_, _) => true, "The settings name this webhook no more.");
        WakeAll();
    }

    /// <summary>Writes the next events; false when none are left.</summary>
    private bool CommitSome()
    {
        WebhookPost[][] added;
        WebhookPost[] sent;
        lock (_gate)
        {
            added = [.. _fresh.Take(MostInCommit)];
            sent = [.. _sent];
        }
        if (added.Length == 0 && sent.Length == 0)
            return false;
        Dictionary<string, WaitingPosts> changes;
        lock (_fileGate)
        {
            changes = _file!.Commit([.. added.SelectMany(posts => posts)], sent);
            _last = _file.Last;
        }
        lock (_gate)
        {
            foreach (WebhookPost[] posts in added)
            {
                _fresh.Dequeue();
                _freshBytes -= posts.Sum(post => post.Bytes);
            }
            _sent.RemoveRange(0, sent.Length);
            _sentSince = _sent.Count > 0 ? _time.GetTimestamp() : null;
            foreach ((string name, WaitingPosts change) in changes)
                _waiting[name] = _waiting.GetValueOrDefault(name) + change;
        }
        foreach (WebhookPost[] posts in added)
        {
            Listener.Kept(posts[0].Id);
            foreach (WebhookPost post in posts)
                _more[post.Webhook].Writer.TryWrite(true);
        }
        return true;
    }

    private void GiveUpForRoom(string name, long most)
    {
        long excess;
        lock (_gate)
            excess = _waiting.GetValueOrDefault(name).Bytes - most;
        if (excess <= 0)
            return;
        excess += (long)(most * (1 - KeptOfFull));
        GiveUp(
            name,
            (_, bytes) =>
            {
                bool goes = excess > 0;
                excess -= bytes;
                return goes;
            },
            string.Create(CultureInfo.InvariantCulture, $"The webhook has been away for so long that events for it reached their limit of "
                + $"{most} bytes (Webhooks:{name}:MaxBytes)."));
    }

    private void GiveUpForAge()
    {
        _clock.Jump();
        if (_agesSeenAt is { } at && _time.GetElapsedTime(at) < AgesEvery)
            return;
        _agesSeenAt = _time.GetTimestamp();
        // A clock that is wrong for a minute must not cost an event.
        if (!_clock.IsSteady(NoAgeAfterStart, NoAgeAfterJump))
            return;
        DateTimeOffset now = _time.GetUtcNow();
        // Neither must one that was dated by a clock without a battery.
        foreach ((string name, WebhookOptions options) in _webhooks)
            GiveUp(
                name, (added, _) => WallTime.IsPossible(added) && now - added > options.MaxAge,
                $"The webhook has not taken them for {options.MaxAge} (Webhooks:{name}:MaxAge).");
    }

    private void GiveUp(string name, Func<DateTimeOffset, long, bool> goes, string reason)
    {
        while (true)
        {
            (WaitingPosts gone, Guid first, Guid last, long position) step;
            lock (_fileGate)
                step = _file!.GiveUp(name, MostGivenUpAtOnce, goes);
            if (step.gone.Count == 0)
                return;
            lock (_gate)
            {
                _waiting[name] = _waiting.GetValueOrDefault(name) - step.gone;
                _givenUpTo[name] = step.position;
            }
            Listener.Lost(new LostPosts(name, step.gone.Count, step.first, step.last, reason));
        }
    }

    private void LookForOldest()
    {
        foreach (string name in _webhooks.Keys)
        {
            DateTimeOffset? oldest;
            lock (_fileGate)
                oldest = _file!.OldestOf(name);
            lock (_gate)
                _oldest[name] = oldest;
        }
    }

    /// <summary>Sets a file aside that is broken; the next look begins a new one in its place.</summary>
    private void SetAside(string cause)
    {
        try
        {
            lock (_fileGate)
            {
                _file?.Dispose();
                _file = null;
                string aside = SqliteFiles.SetAside(_path, "damaged", _time.GetUtcNow());
                LogSetAside(_log, Path.GetFileName(aside), cause.TrimEnd('.'));
            }
        }
        catch (Exception refused) when (DiskFault.Is(refused) || refused is SqliteException)
        {
            Fail(refused.Message);
            return;
        }
        List<(string Name, long Count)> lost;
        lock (_gate)
        {
            // Nobody knows how many were in a file that could never be read.
            lost = [.. _webhooks.Keys.Select(name => (name, _waiting.GetValueOrDefault(name).Count))];
            _waiting.Clear();
            _oldest.Clear();
        }
        foreach ((string name, long count) in lost)
            Listener.Lost(new LostPosts(name, count, null, null, $"{WebhookFile.FileName} is damaged, or of another version."));
    }

    private void Fail(string cause)
    {
        WebhookPost[][] inMemory;
        lock (_gate)
        {
            if (!_fails)
                _pauses.Reset();
            _fails = true;
            inMemory = [.. _fresh];
        }
        _pause = _pauses.Next();
        _failedAt = _time.GetTimestamp();
        // Nothing else is to keep a place for them: places are few, and the disk may refuse for long.
        foreach (WebhookPost[] posts in inMemory)
            Listener.Kept(posts[0].Id);
        lock (_fileGate)
        {
            _file?.Dispose();
            _file = null;
        }
        Said complaint = DeliveryWordings.WebhookDisk.Of(_path, cause.TrimEnd('.'));
        if (complaint.Equals(_complaint))
            return;
        _complaint = complaint;
        LogFails(_log, complaint.Text);
        Listener.Complain(complaint);
    }

    private void Recovered()
    {
        lock (_gate)
            _fails = false;
        if (_complaint is null)
            return;
        _complaint = null;
        LogWell(_log, _path);
        Listener.Complain(null);
        WakeAll();
    }

    private void WakeAll()
    {
        foreach (string name in _more.Keys)
            _more[name].Writer.TryWrite(true);
    }

    [LoggerMessage(EventId = 550, Level = LogLevel.Error,
        Message = "The events that wait for webhooks can't be read, and are set aside as {File}: {Cause}")]
    private static partial void LogSetAside(ILogger log, string file, string cause);

    [LoggerMessage(EventId = 551, Level = LogLevel.Error, Message = "{Complaint}")]
    private static partial void LogFails(ILogger log, string complaint);

    [LoggerMessage(EventId = 552, Level = LogLevel.Information, Message = "Events for webhooks are kept in {Path} again")]
    private static partial void LogWell(ILogger log, string path);
}
