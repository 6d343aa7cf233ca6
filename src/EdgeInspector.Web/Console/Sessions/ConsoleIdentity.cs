using System.Security.Claims;
using EdgeInspector.Web.Users;

namespace EdgeInspector.Web.Console.Sessions;

/// <summary>Users as ASP.NET Core knows them: a claim for each role that they have.</summary>
internal static class ConsoleIdentity
{
    /// <summary>How a session is signed in.</summary>
    public const string Scheme = "Console";

    private const string StampClaim = "stamp", SessionClaim = "session";

    /// <summary>A user who has signed in.</summary>
    public static ClaimsPrincipal Of(User user) => Principal(
        user.Name, user.Role, [new Claim(StampClaim, user.Stamp), new Claim(SessionClaim, Guid.NewGuid().ToString("N"))]);

    /// <summary>Which session it is: each sign-in begins one; null: none was begun.</summary>
    public static string? SessionOf(ClaimsPrincipal principal) => principal.FindFirstValue(SessionClaim);

    /// <summary>Somebody who has not signed in, and may do something all the same.</summary>
    public static ClaimsPrincipal Guest(Role role) => Principal(null, role, []);

    /// <summary>True while the user may still do what the sign-in said.</summary>
    public static bool StillHolds(ClaimsPrincipal principal, UserFile users) =>
        principal.Identity?.Name is not { } name || users.Find(name)?.Stamp == principal.FindFirstValue(StampClaim);

    /// <summary>True for somebody who may what this role may.</summary>
    public static bool May(this ClaimsPrincipal principal, Role role) => principal.IsInRole(role.ToString());

    private static ClaimsPrincipal Principal(string? name, Role role, IEnumerable<Claim> more) => new(new ClaimsIdentity(
        [
            .. name is null ? Array.Empty<Claim>() : [new Claim(ClaimTypes.Name, name)],
            .. Enum.GetValues<Role>().Where(one => one <= role).Select(one => new Claim(ClaimTypes.Role, one.ToString())),
            .. more,
        ],
        Scheme));
}
