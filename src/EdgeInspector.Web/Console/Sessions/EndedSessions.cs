using System.Collections.Concurrent;
using System.Security.Claims;

namespace EdgeInspector.Web.Console.Sessions;

/// <summary>
/// Sessions that their users have ended: other pages that are open in them, and whoever copied their cookie, are signed out too. Known
/// until the agent ends, which closes every page. Thread-safe.
/// </summary>
/// <param name="options">The settings: for how long a cookie holds.</param>
/// <param name="time">The clock.</param>
internal sealed class EndedSessions(HttpOptions options, TimeProvider time)
{
    // Whoever signs in and out without end fills no memory.
    private const int MostKnown = 10_000;

    private readonly ConcurrentDictionary<string, DateTimeOffset> _ended = new(StringComparer.Ordinal);

    /// <summary>True when the session was ended.</summary>
    public bool Has(ClaimsPrincipal principal) => ConsoleIdentity.SessionOf(principal) is { } session && _ended.ContainsKey(session);

    /// <summary>Ends the session in which somebody has signed in.</summary>
    public void End(ClaimsPrincipal principal)
    {
        if (ConsoleIdentity.SessionOf(principal) is not { } session)
            return;
        DateTimeOffset now = time.GetUtcNow();
        foreach ((string old, DateTimeOffset at) in _ended)
        {
            if (now - at > options.Console.SignedInFor)
                _ended.TryRemove(old, out _);
        }
        if (_ended.Count >= MostKnown)
            _ended.TryRemove(_ended.MinBy(one => one.Value).Key, out _);
        _ended[session] = now;
    }
}
