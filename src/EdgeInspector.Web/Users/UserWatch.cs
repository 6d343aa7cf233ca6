using EdgeInspector.Delivery.Audit;

namespace EdgeInspector.Web.Users;

/// <summary>
/// Notes in the audit log who was added to the users, removed from them, or got another role or password while the agent runs: the command
/// line can't write the agent's log.
/// </summary>
internal sealed class UserWatch : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private readonly UserFile _users;
    private readonly Action<AuditEntry> _note;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private IReadOnlyList<User>? _before;

    /// <param name="users">The users.</param>
    /// <param name="note">Notes something in the audit log.</param>
    /// <param name="time">The clock.</param>
    public UserWatch(UserFile users, Action<AuditEntry> note, TimeProvider time)
    {
        (_users, _note, _time) = (users, note, time);
        Look();
        _timer = time.CreateTimer(_ => Look(), null, Every, Every);
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        lock (_gate)
        {
            try
            {
                IReadOnlyList<User> now = _users.Read();
                if (_before is { } before && !ReferenceEquals(before, now))
                    Tell(before, now);
                _before = now;
            }
            catch (UserFileException)
            {
                // Nobody can sign in, and whoever tries is told; what changed is told once the file can be read.
            }
        }
    }

    private void Tell(IReadOnlyList<User> before, IReadOnlyList<User> now)
    {
        foreach (User user in now)
        {
            if (before.FirstOrDefault(one => UserFile.Is(one, user.Name)) is not { } known)
                Note("added", user);
            else if (known.Stamp != user.Stamp)
                Note("changed", user);
        }
        foreach (User gone in before.Where(one => !now.Any(user => UserFile.Is(user, one.Name))))
            Note("removed", gone);
    }

    private void Note(string what, User user) => _note(new AuditEntry("user", _time.GetUtcNow())
    {
        What = what,
        Name = user.Name,
        Action = what == "removed" ? null : user.Role.ToString().ToLowerInvariant(),
        From = UserFile.FileName,
    });
}
