using System.Net;
using System.Net.Sockets;

namespace EdgeInspector.Web.Users;

/// <summary>
/// Lets somebody wait after passwords that were wrong. By name and place of the caller: after five in a row for half a minute, then for
/// twice as long each time, a quarter of an hour at most; so whoever tries names from elsewhere keeps nobody out. By place alone: after
/// thirty. An hour without a wrong password makes good. Thread-safe; forgotten at the end of the process.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class SignInGuard(TimeProvider time)
{
    private const int FreeOfName = 5, FreeOfPlace = 30;
    private const int MostKnown = 2000;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(30), Longest = TimeSpan.FromMinutes(15), Fades = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Name, string Place), Failures> _known = [];

    /// <summary>How long a name must wait at this place; zero: it may be tried.</summary>
    /// <param name="name">The name.</param>
    /// <param name="from">The caller's address; null: it is not known.</param>
    public TimeSpan Wait(string name, IPAddress? from)
    {
        string place = PlaceOf(from);
        lock (_gate)
        {
            (TimeSpan ofName, TimeSpan ofPlace) = (Left(KeyOf(name, place)), Left(KeyOf("", place)));
            return ofName > ofPlace ? ofName : ofPlace;
        }
    }

    /// <summary>Notes that a password was wrong.</summary>
    public void Failed(string name, IPAddress? from)
    {
        string place = PlaceOf(from);
        lock (_gate)
        {
            Count(KeyOf(name, place), FreeOfName);
            Count(KeyOf("", place), FreeOfPlace);
        }
    }

    /// <summary>Forgets what was wrong before.</summary>
    public void Succeeded(string name, IPAddress? from)
    {
        string place = PlaceOf(from);
        lock (_gate)
        {
            _known.Remove(KeyOf(name, place));
            _known.Remove(KeyOf("", place));
        }
    }

    // Whoever has one address of IPv6 has a whole network of them.
    private static string PlaceOf(IPAddress? from)
    {
        if (from is { IsIPv4MappedToIPv6: true })
            from = from.MapToIPv4();
        return from is { AddressFamily: AddressFamily.InterNetworkV6 }
            ? Convert.ToHexString(from.GetAddressBytes().AsSpan(0, 8))
            : from?.ToString() ?? "?";
    }

    // Users have their names in any case.
    private static (string, string) KeyOf(string name, string place) => (name.ToUpperInvariant(), place);

    private TimeSpan Left((string, string) key) =>
        _known.TryGetValue(key, out Failures? failures) && failures.Until - time.GetUtcNow() is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    private void Count((string, string) key, int free)
    {
        DateTimeOffset now = time.GetUtcNow();
        // Whoever tries thousands of names makes harmless ones be forgotten, not the memory full, and frees none that waits.
        if (_known.Count >= MostKnown && !_known.ContainsKey(key))
            _known.Remove(_known.MinBy(one => (one.Value.Until > now, one.Value.Until)).Key);
        int before = _known.TryGetValue(key, out Failures? failures) && now - failures.Until < Fades ? failures.Count : 0;
        TimeSpan wait = before + 1 < free ? TimeSpan.Zero : First * Math.Pow(2, Math.Min(before + 1 - free, 10));
        _known[key] = new Failures(before + 1, now + (wait < Longest ? wait : Longest));
    }

    private sealed record Failures(int Count, DateTimeOffset Until);
}
