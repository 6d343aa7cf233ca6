namespace EdgeInspector.Web.Users;

/// <summary>
/// Lets a name wait after passwords that were wrong: after five in a row for half a minute, then for twice as long each time, a quarter of
/// an hour at most. Thread-safe; forgotten at the end of the process.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class SignInGuard(TimeProvider time)
{
    private const int Free = 5;
    private const int MostNames = 1000;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(30), Longest = TimeSpan.FromMinutes(15);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Failures> _names = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How long the name must wait; zero: it may be tried.</summary>
    public TimeSpan Wait(string name)
    {
        lock (_gate)
            return _names.TryGetValue(name, out Failures? failures) && failures.Until - time.GetUtcNow() is { Ticks: > 0 } left
                ? left
                : TimeSpan.Zero;
    }

    /// <summary>Notes that a password was wrong.</summary>
    public void Failed(string name)
    {
        lock (_gate)
        {
            // Whoever tries a thousand names makes harmless ones be forgotten, not the memory full, and frees no name that waits.
            if (_names.Count >= MostNames && !_names.ContainsKey(name))
                _names.Remove(_names.MinBy(one => (one.Value.Count >= Free, one.Value.Until)).Key);
            int count = (_names.GetValueOrDefault(name)?.Count ?? 0) + 1;
            TimeSpan wait = count < Free ? TimeSpan.Zero : First * Math.Pow(2, Math.Min(count - Free, 10));
            _names[name] = new Failures(count, time.GetUtcNow() + (wait < Longest ? wait : Longest));
        }
    }

    /// <summary>Forgets what was wrong before.</summary>
    public void Succeeded(string name)
    {
        lock (_gate)
            _names.Remove(name);
    }

    private sealed record Failures(int Count, DateTimeOffset Until);
}
