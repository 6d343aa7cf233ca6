using EdgeInspector.Delivery.Audit;
using EdgeInspector.Web.Users;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeInspector.Web.Console.Sessions;

/// <summary>Signs users in and out, and notes both in the audit log.</summary>
/// <param name="agent">What the agent gives.</param>
/// <param name="users">The users.</param>
/// <param name="guard">Lets a name wait after wrong passwords.</param>
/// <param name="sessions">The sessions that were ended.</param>
/// <param name="work">Where passwords are tried: a hash costs the time of a prediction, and the line goes first.</param>
internal sealed class SignIns(HttpScope agent, UserFile users, SignInGuard guard, EndedSessions sessions, QuietWork work) : IDisposable
{
    private const int MostNotes = 20;

    // A hash costs some 50 ms of a processor: never more than one at a time, however many try.
    private readonly SemaphoreSlim _one = new(1, 1);

    // Under _one.
    private DateTimeOffset _noting;
    private int _noted;

    /// <summary>Signs a user in.</summary>
    public async Task<SignInResult> TryAsync(HttpContext call, string name, string password)
    {
        if (name.Length is 0 or > UserFile.MostCharacters || password.Length is 0 or > UserFile.MostCharacters)
            return new SignInResult(false);
        System.Net.IPAddress? from = call.Connection.RemoteIpAddress;
        if (!await _one.WaitAsync(TimeSpan.FromSeconds(10), call.RequestAborted).ConfigureAwait(false))
            return new SignInResult(false) { IsBusy = true };
        try
        {
            // Asked when it is this one's turn: of many that try at once each is counted before the next.
            if (guard.Wait(name, from) is { Ticks: > 0 } wait)
                return new SignInResult(false, wait);
            if (await work.RunAsync(() => new Verified(users.Verify(name, password))).ConfigureAwait(false) is not { } verified)
                return new SignInResult(false) { IsBusy = true };
            if (verified.User is not { } user)
            {
                guard.Failed(name, from);
                NoteRefused(name, call);
                return new SignInResult(false, guard.Wait(name, from));
            }
            guard.Succeeded(name, from);
            Note("in", user.Name, call);
            var stays = new AuthenticationProperties { IsPersistent = true };
            await call.SignInAsync(ConsoleIdentity.Scheme, ConsoleIdentity.Of(user), stays).ConfigureAwait(false);
            return new SignInResult(true);
        }
        catch (UserFileException fault)
        {
            return new SignInResult(false) { Fault = fault.Message };
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>The call behind the button that signs out.</summary>
    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/sign-out", async (HttpContext call, IAntiforgery forms) =>
    {
        if (!await forms.IsRequestValidAsync(call).ConfigureAwait(false))
            return Results.BadRequest();
        sessions.End(call.User);
        await call.SignOutAsync(ConsoleIdentity.Scheme).ConfigureAwait(false);
        if (call.User.Identity?.Name is { } name)
            Note("out", name, call);
        return Results.LocalRedirect("~/");
    });

    public void Dispose() => _one.Dispose();

    // Somebody who tries passwords all night must not fill the log.
    private void NoteRefused(string name, HttpContext call)
    {
        DateTimeOffset now = agent.Time.GetUtcNow();
        if (now - _noting > TimeSpan.FromMinutes(1))
            (_noting, _noted) = (now, 0);
        if (_noted++ < MostNotes)
            Note("refused", name, call);
    }

    private void Note(string what, string name, HttpContext call) => agent.Note(new AuditEntry("login", agent.Time.GetUtcNow())
    {
        What = what,
        By = Foundation.Text.PrintableText.Of(name, 64),
        From = call.Connection.RemoteIpAddress?.ToString(),
    });
}

/// <summary>Whose name and password these were; null: nobody's.</summary>
internal sealed record Verified(User? User);

/// <summary>What became of a sign-in.</summary>
/// <param name="IsDone">True: the user has signed in.</param>
/// <param name="Wait">How long the name must wait before another try.</param>
internal sealed record SignInResult(bool IsDone, TimeSpan Wait = default)
{
    /// <summary>True when too many try at the same time.</summary>
    public bool IsBusy { get; init; }

    /// <summary>Why nobody can sign in, in a sentence; null: somebody can.</summary>
    public string? Fault { get; init; }
}
