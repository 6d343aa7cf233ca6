using System.Security.Claims;
using EdgeInspector.Web.Console.Sessions;
using EdgeInspector.Web.Users;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.Web.Tests.Console;

public sealed class EndedSessionsTests : IDisposable
{
    private readonly TemporaryFolder _data = new();
    private readonly FakeTimeProvider _time = new();
    private readonly HttpOptions _options = new() { Listen = "127.0.0.1:5380" };

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Whoever_signs_out_is_out_on_every_page_of_that_session_and_stays_in_on_another_machine()
    {
        var users = new UserFile(_data.Path);
        Assert.Null(users.Add("anna", Role.Operate, "long-enough-1", _time.GetUtcNow()));
        var sessions = new EndedSessions(_options, _time);
        var rules = new SessionRules(_options, users, sessions);
        ClaimsPrincipal here = ConsoleIdentity.Of(users.Find("anna")!), there = ConsoleIdentity.Of(users.Find("anna")!);
        Assert.True(rules.StillHolds(here) && rules.StillHolds(there));
        sessions.End(here);
        Assert.False(rules.StillHolds(here));
        Assert.True(rules.StillHolds(there));
    }

    [Fact]
    public void Sessions_whose_cookie_holds_no_more_are_forgotten()
    {
        var sessions = new EndedSessions(_options, _time);
        var user = new User("anna", Role.Look, "hash", _time.GetUtcNow());
        ClaimsPrincipal old = ConsoleIdentity.Of(user);
        sessions.End(old);
        _time.Advance(_options.Console.SignedInFor + TimeSpan.FromSeconds(1));
        Assert.True(sessions.Has(old));
        sessions.End(ConsoleIdentity.Of(user));
        Assert.False(sessions.Has(old));
    }
}
