using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.Web.Console.Sessions;

/// <summary>
/// Looks every half minute whether whoever has a page open may still do what the page lets them do: a user may have been removed, or got
/// another role.
/// </summary>
internal sealed class LiveSession(ILoggerFactory logs, SessionRules rules) : RevalidatingServerAuthenticationStateProvider(logs)
{
    /// <inheritdoc />
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(30);

    /// <inheritdoc />
    protected override Task<bool> ValidateAuthenticationStateAsync(
        AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        Task.FromResult(rules.StillHolds(authenticationState.User));
}
