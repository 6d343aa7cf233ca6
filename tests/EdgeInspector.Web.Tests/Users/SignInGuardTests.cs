using System.Net;
using EdgeInspector.Web.Users;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.Web.Tests.Users;

public sealed class SignInGuardTests
{
    private static readonly IPAddress Panel = IPAddress.Parse("10.0.0.7"), Elsewhere = IPAddress.Parse("10.0.0.66");

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Five_wrong_passwords_let_a_name_wait_and_each_further_one_twice_as_long_up_to_a_limit()
    {
        var guard = new SignInGuard(_time);
        for (int i = 0; i < 4; i++)
            guard.Failed("anna", Panel);
        Assert.Equal(TimeSpan.Zero, guard.Wait("anna", Panel));
        var waits = new List<double>();
        for (int i = 0; i < 8; i++)
        {
            guard.Failed("Anna", Panel);
            waits.Add(guard.Wait("anna", Panel).TotalSeconds);
            _time.Advance(guard.Wait("anna", Panel));
            Assert.Equal(TimeSpan.Zero, guard.Wait("anna", Panel));
        }
        Assert.Equal([30, 60, 120, 240, 480, 900, 900, 900], waits);
        Assert.Equal(TimeSpan.Zero, guard.Wait("bert", Panel));
        guard.Succeeded("anna", Panel);
        guard.Failed("anna", Panel);
        Assert.Equal(TimeSpan.Zero, guard.Wait("anna", Panel));
    }

    [Fact]
    public void Whoever_tries_a_name_from_elsewhere_keeps_nobody_out()
    {
        var guard = new SignInGuard(_time);
        for (int i = 0; i < 20; i++)
            guard.Failed("anna", Elsewhere);
        Assert.NotEqual(TimeSpan.Zero, guard.Wait("anna", Elsewhere));
        Assert.Equal(TimeSpan.Zero, guard.Wait("anna", Panel));
    }

    [Theory]
    [InlineData("10.0.0.66", "::ffff:10.0.0.66")]
    [InlineData("2001:db8::1", "2001:db8::ffff:2")]
    public void Whoever_tries_name_after_name_waits_with_each_of_them(string first, string second)
    {
        var guard = new SignInGuard(_time);
        for (int i = 0; i < 30; i++)
            guard.Failed($"name {i}", IPAddress.Parse(first));
        Assert.NotEqual(TimeSpan.Zero, guard.Wait("never tried", IPAddress.Parse(second)));
        Assert.Equal(TimeSpan.Zero, guard.Wait("never tried", Panel));
    }

    [Fact]
    public void An_hour_without_a_wrong_password_makes_good()
    {
        var guard = new SignInGuard(_time);
        for (int i = 0; i < 9; i++)
            guard.Failed("anna", Panel);
        _time.Advance(guard.Wait("anna", Panel) + TimeSpan.FromHours(1));
        guard.Failed("anna", Panel);
        Assert.Equal(TimeSpan.Zero, guard.Wait("anna", Panel));
    }

    [Fact]
    public void Whoever_tries_many_names_fills_no_memory_and_frees_no_name_that_waits()
    {
        var guard = new SignInGuard(_time);
        for (int i = 0; i < 6; i++)
            guard.Failed("anna", Panel);
        for (int i = 0; i < 5000; i++)
            guard.Failed($"name {i}", new IPAddress([10, 1, (byte)(i >> 8), (byte)i]));
        Assert.NotEqual(TimeSpan.Zero, guard.Wait("anna", Panel));
    }
}
