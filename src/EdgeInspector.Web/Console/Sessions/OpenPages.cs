using System.Collections.Concurrent;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace EdgeInspector.Web.Console.Sessions;

/// <summary>Who has a page open.</summary>
internal sealed class OpenPages
{
    private readonly ConcurrentDictionary<string, (string? Name, DateTimeOffset Since)> _pages = new(StringComparer.Ordinal);

    /// <summary>Each open page: who has it open (null: somebody who has not signed in), and since when.</summary>
    public IReadOnlyList<(string? Name, DateTimeOffset Since)> All => [.. _pages.Values.OrderBy(page => page.Since)];

    public void Add(string page, string? name, DateTimeOffset now) => _pages[page] = (name, now);

    public void Remove(string page) => _pages.TryRemove(page, out _);
}

/// <summary>Notes a page that is opened, touched and closed.</summary>
internal sealed class OpenPage(OpenPages pages, AuthenticationStateProvider sessions, HttpScope agent) : CircuitHandler
{
    /// <inheritdoc />
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(
        Func<CircuitInboundActivityContext, Task> next) => activity =>
        {
            (sessions as LiveSession)?.Touch();
            return next(activity);
        };

    /// <inheritdoc />
    public override async Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        AuthenticationState session = await sessions.GetAuthenticationStateAsync();
        pages.Add(circuit.Id, session.User.Identity?.Name, agent.Time.GetUtcNow());
    }

    /// <inheritdoc />
    public override Task OnConnectionDownAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        pages.Remove(circuit.Id);
        return Task.CompletedTask;
    }
}
