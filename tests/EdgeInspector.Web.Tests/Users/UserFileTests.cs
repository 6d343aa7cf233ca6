using EdgeInspector.Web.Users;

namespace EdgeInspector.Web.Tests.Users;

public sealed class UserFileTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 20, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    private UserFile Users => new(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Who_was_added_gets_in_by_name_in_any_case_and_by_the_right_password_alone()
    {
        Assert.Null(Users.Add("Anna Müller", Role.Judge, "long-enough-1", Now));
        Assert.Equal((Role.Judge, "Anna Müller"), (Users.Verify("anna müller", "long-enough-1")!.Role, Users.Find("ANNA MÜLLER")!.Name));
        Assert.Null(Users.Verify("Anna Müller", "long-enough-2"));
        Assert.Null(Users.Verify("nobody", "long-enough-1"));
    }

    [Fact]
    public void The_file_holds_no_password_and_belongs_to_its_owner()
    {
        Users.Add("anna", Role.Look, "long-enough-1", Now);
        string path = Path.Combine(_folder.Path, UserFile.FileName);
        Assert.DoesNotContain("long-enough", File.ReadAllText(path), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void Another_password_or_role_ends_earlier_sessions_and_a_removed_user_is_gone()
    {
        Users.Add("anna", Role.Look, "long-enough-1", Now);
        string stamp = Users.Find("anna")!.Stamp;
        Users.Add("ANNA", Role.Look, "long-enough-2", Now);
        Assert.NotEqual(stamp, Users.Find("anna")!.Stamp);
        Assert.Single(Users.Read());
        Assert.True(Users.Remove("anna"));
        Assert.False(Users.Remove("anna"));
        Assert.Empty(Users.Read());
    }

    [Fact]
    public void What_another_process_changes_is_seen_at_once()
    {
        UserFile agent = Users;
        Assert.Empty(agent.Read());
        Users.Add("anna", Role.Look, "long-enough-1", Now);
        Assert.Equal(Role.Look, agent.Find("anna")!.Role);
        Assert.Same(agent.Read(), agent.Read());
        Users.Add("anna", Role.Judge, "long-enough-1", Now);
        Assert.Equal(Role.Judge, agent.Find("anna")!.Role);
        Users.Remove("anna");
        Assert.Empty(agent.Read());
    }

    [Theory]
    [InlineData("", "long-enough-1")]
    [InlineData(" anna", "long-enough-1")]
    [InlineData("an\nna", "long-enough-1")]
    [InlineData("anna", "short")]
    [InlineData("annaannaanna", "annaANNAanna")]
    public void What_can_be_no_user_is_refused_in_a_sentence(string name, string password)
    {
        Assert.NotNull(Users.Add(name, Role.Look, password, Now));
        Assert.Empty(Users.Read());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("""{"version":2,"users":[]}""")]
    [InlineData("""{"version":1,"users":[null]}""")]
    [InlineData("""{"version":1,"users":[{"name":"anna","role":"king","password":"x","since":"2026-11-29T20:00:00Z"}]}""")]
    [InlineData("""{"version":1,"users":[{"name":"","role":"look","password":"x","since":"2026-11-29T20:00:00Z"}]}""")]
    public void A_damaged_file_lets_nobody_in_and_says_what_to_do(string text)
    {
        File.WriteAllText(Path.Combine(_folder.Path, UserFile.FileName), text);
        UserFileException damaged = Assert.Throws<UserFileException>(() => Users.Verify("anna", "long-enough-1"));
        Assert.Contains("add the users again", damaged.Message, StringComparison.Ordinal);
    }
}
