using EdgeInspector.Delivery.Audit;
using EdgeInspector.Web.Users;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.Web.Tests.Users;

public sealed class UserWatchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 30, 7, 0, 0, TimeSpan.Zero));
    private readonly List<AuditEntry> _noted = [];

    private UserFile Users => new(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_the_command_line_changes_while_the_agent_runs_is_noted_and_what_was_there_before_is_not()
    {
        Add("anna", Role.Look);
        using var watch = new UserWatch(Users, _noted.Add, _time);
        Add("bert", Role.Administer);
        Add("anna", Role.Judge);
        Assert.Equal(["added bert administer", "changed anna judge"], Noted());
        Users.Remove("bert");
        Assert.Equal(["removed bert "], Noted());
        Assert.Empty(Noted());
    }

    [Fact]
    public void A_damaged_file_is_no_change_until_it_can_be_read_again()
    {
        Add("anna", Role.Look);
        using var watch = new UserWatch(Users, _noted.Add, _time);
        string path = Path.Combine(_folder.Path, UserFile.FileName);
        string whole = File.ReadAllText(path);
        File.WriteAllText(path, "{");
        Assert.Empty(Noted());
        File.WriteAllText(path, whole);
        Assert.Empty(Noted());
    }

    [Theory]
    [InlineData("127.0.0.1:5380", null, null, false)]
    [InlineData("0.0.0.0:5380", null, null, true)]
    [InlineData("0.0.0.0:5380", "Look", null, false)]
    [InlineData("127.0.0.1:5380", null, "10.0.0.7", true)]
    public void A_console_that_others_reach_wants_a_user(string listen, string? guest, string? proxy, bool wants)
    {
        var options = new HttpOptions
        {
            Listen = listen,
            Console = new ConsoleOptions
            {
                Guest = guest is null ? null : Enum.Parse<Role>(guest),
                Proxies = proxy is null ? [] : [proxy],
            },
        };
        Assert.Equal(wants, NobodyMayLook.Fault(options, _folder.Path) is not null);
        Add("anna", Role.Look);
        Assert.Null(NobodyMayLook.Fault(options, _folder.Path));
    }

    private void Add(string name, Role role) => Assert.Null(Users.Add(name, role, "long-enough-1", _time.GetUtcNow()));

    private List<string> Noted()
    {
        _noted.Clear();
        _time.Advance(TimeSpan.FromSeconds(5));
        return [.. _noted.Select(one => $"{one.What} {one.Name} {one.Action}").Order(StringComparer.Ordinal)];
    }
}
