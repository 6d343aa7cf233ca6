using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Web.Console.Sessions;

/// <summary>
/// Looks every half minute whether whoever has a page open may still do what the page lets them do: a user may have signed out elsewhere,
/// may have been removed, got another role, or have gone away and left the page open.
/// </summary>
internal sealed class LiveSession(ILoggerFactory logs, SessionRules rules, TimeProvider time)
    : RevalidatingServerAuthenticationStateProvider(logs)
{
    private long _touched = time.GetTimestamp();

    /// <inheritdoc />
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(30);

    /// <summary>Somebody has done something on the page.</summary>
    public void Touch() => Volatile.Write(ref _touched, time.GetTimestamp());

    /// <inheritdoc />
    protected override Task<bool> ValidateAuthenticationStateAsync(
        AuthenticationState authenticationState, CancellationToken cancellationToken) => Task.FromResult(
            rules.StillHolds(authenticationState.User)
            && (authenticationState.User.Identity?.Name is null
                || time.GetElapsedTime(Volatile.Read(ref _touched)) < rules.SignedInFor));
}
