using EdgeInspector.Web.Users;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.Web.Tests.Users;

public sealed class SignInGuardTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Five_wrong_passwords_let_a_name_wait_and_each_further_one_twice_as_long_up_to_a_limit()
    {
        var guard = new SignInGuard(_time);
        for (int i = 0; i < 4; i++)
            guard.Failed("anna");
        Assert.Equal(TimeSpan.Zero, guard.Wait("anna"));
        var waits = new List<double>();
        for (int i = 0; i < 8; i++)
        {
            guard.Failed("Anna");
            waits.Add(guard.Wait("anna").TotalSeconds);
            _time.Advance(guard.Wait("anna"));
            Assert.Equal(TimeSpan.Zero, guard.Wait("anna"));
        }
        Assert.Equal([30, 60, 120, 240, 480, 900, 900, 900], waits);
        Assert.Equal(TimeSpan.Zero, guard.Wait("bert"));
        guard.Succeeded("anna");
        guard.Failed("anna");
        Assert.Equal(TimeSpan.Zero, guard.Wait("anna"));
    }

    [Fact]
    public void Whoever_tries_many_names_fills_no_memory_and_frees_no_name_that_waits()
    {
        var guard = new SignInGuard(_time);
        for (int i = 0; i < 6; i++)
            guard.Failed("anna");
        for (int i = 0; i < 5000; i++)
            guard.Failed($"name {i}");
        Assert.NotEqual(TimeSpan.Zero, guard.Wait("anna"));
    }
}
