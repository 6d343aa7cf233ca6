using System.Net;
using System.Security.Claims;
using EdgeInspector.Web.Users;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeInspector.Web.Console.Sessions;

/// <summary>
/// Who may look and act: a session by cookie for users, and what is open to those who have not signed in. The keys of the cookies lie in
/// the data folder, so that a restart of the agent signs nobody out.
/// </summary>
/// <param name="options">The settings.</param>
/// <param name="users">The users.</param>
/// <param name="sessions">The sessions that were ended.</param>
internal sealed class SessionRules(HttpOptions options, UserFile users, EndedSessions sessions)
{
    private const string Keys = "session-keys";

    private static readonly string[] Forwarded =
        ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "X-Original-For", "Forwarded", "Via"];

    /// <summary>Adds what ASP.NET Core needs for sessions.</summary>
    /// <param name="services">The services of the server.</param>
    /// <param name="dataFolder">The agent's data folder.</param>
    public void Add(IServiceCollection services, string dataFolder)
    {
        IDataProtectionBuilder keys = services.AddDataProtection()
            .SetApplicationName("EdgeInspector")
            .PersistKeysToFileSystem(SecretFolder(Path.Combine(dataFolder, Keys)));
        if (OperatingSystem.IsWindows())
            keys.ProtectKeysWithDpapi();
        services.AddAuthentication(ConsoleIdentity.Scheme).AddCookie(ConsoleIdentity.Scheme, cookie =>
        {
            cookie.Cookie.Name = "EdgeInspector";
            cookie.Cookie.SameSite = SameSiteMode.Strict;
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            cookie.ExpireTimeSpan = options.Console.SignedInFor;
            cookie.SlidingExpiration = true;
            cookie.LoginPath = "/sign-in";
            cookie.AccessDeniedPath = "/sign-in";
            cookie.ReturnUrlParameter = "back";
            cookie.Events.OnValidatePrincipal = See;
            cookie.Events.OnCheckSlidingExpiration = Renew;
        });
        services.AddAuthorization(rules =>
        {
            foreach (Role role in Enum.GetValues<Role>())
                rules.AddPolicy(role.ToString(), policy => policy.RequireRole(role.ToString()));
        });
        services.AddAntiforgery(forgery =>
        {
            forgery.Cookie.Name = "EdgeInspector.Form";
            forgery.Cookie.SameSite = SameSiteMode.Strict;
            forgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
    }

    /// <summary>Gives those who have not signed in what is open to them.</summary>
    public Task Admit(HttpContext call, RequestDelegate next)
    {
        if (call.User.Identity?.IsAuthenticated != true && RoleOf(call) is { } role)
            call.User = ConsoleIdentity.Guest(role);
        return next(call);
    }

    /// <summary>What somebody may do who has not signed in; null: nothing.</summary>
    public Role? GuestRole => options.Console.Guest
        ?? (!options.IsOpenToOthers && !HasUsers ? Role.Administer : null);

    // Whoever sits at the machine; a proxy on it speaks for the whole network, also one that the settings do not name.
    private Role? RoleOf(HttpContext call) => options.Console.Guest is { } guest ? guest
        : call.Connection.RemoteIpAddress is { } from && IPAddress.IsLoopback(from) && !Forwarded.Any(call.Request.Headers.ContainsKey)
            ? GuestRole
            : null;

    /// <summary>True when somebody can sign in.</summary>
    public bool HasUsers
    {
        get
        {
            try
            {
                return users.Read().Count > 0;
            }
            catch (UserFileException)
            {
                // A damaged file must not open what it was to close.
                return true;
            }
        }
    }

    /// <summary>For how long somebody stays signed in who does nothing.</summary>
    public TimeSpan SignedInFor => options.Console.SignedInFor;

    /// <summary>True while somebody still may do what their session said.</summary>
    public bool StillHolds(ClaimsPrincipal principal)
    {
        try
        {
            return ConsoleIdentity.StillHolds(principal, users) && !sessions.Has(principal)
                && (principal.Identity?.Name is not null || (GuestRole is { } role && principal.May(role)));
        }
        catch (UserFileException)
        {
            return false;
        }
    }

    // What a page fetches by itself is no sign that somebody is there.
    private static Task Renew(CookieSlidingExpirationContext session)
    {
        if (session.Request.Path.StartsWithSegments("/live") || session.Request.Path.StartsWithSegments("/_blazor"))
            session.ShouldRenew = false;
        return Task.CompletedTask;
    }

    private Task See(CookieValidatePrincipalContext session)
    {
        if (session.Principal is not { } principal || !StillHolds(principal))
            session.RejectPrincipal();
        return Task.CompletedTask;
    }

    private static DirectoryInfo SecretFolder(string path) => OperatingSystem.IsWindows()
        ? Directory.CreateDirectory(path)
        : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
