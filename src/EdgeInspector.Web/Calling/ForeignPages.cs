using System.Net;
using Microsoft.AspNetCore.Http;

namespace EdgeInspector.Web.Calling;

/// <summary>
/// Keeps pages of other sites from calling through the browser of somebody who can reach the agent. Programs send no <c>Origin</c>, and
/// browsers always do where it matters; a name that was bent to this machine (DNS rebinding) shows in <c>Host</c>.
/// </summary>
/// <param name="options">Where the agent listens.</param>
internal sealed class ForeignPages(HttpOptions options)
{
    /// <summary>Why the call is refused; null: it is not.</summary>
    public CallFault? Refusal(HttpRequest request)
    {
        // A proxy in front of it is called otherwise, and says so (X-Forwarded-Host).
        if (options.IsThisMachine && request.Host.HasValue && !IsThisMachine(request.Host.Host)
            && !options.Console.Hosts.Contains(request.Host.Host, StringComparer.OrdinalIgnoreCase))
            return new CallFault(
                403, "Forbidden",
                $"The agent listens on this machine alone, and is not called {request.Host.Host}. Call {options.Listen}, "
                    + "or name it in Http:Console:Hosts where a proxy in front is called so.");
        string? origin = request.Headers.Origin.FirstOrDefault();
        return origin is null || origin == $"{request.Scheme}://{request.Host}"
            ? null
            : new CallFault(403, "Forbidden", $"Pages of {origin} may not call. Call from a program, without the header Origin.");
    }

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));
}
