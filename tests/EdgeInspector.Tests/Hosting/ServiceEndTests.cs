using EdgeInspector.Hosting.Lifetime;

namespace EdgeInspector.Tests.Hosting;

/// <summary>What systemd's words (systemd.exec(5), <c>$SERVICE_RESULT</c> and those beside it) mean for the next start.</summary>
public sealed class ServiceEndTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("signal killed KILL\n", true)]
    [InlineData("signal killed KILL", true)]
    [InlineData("signal killed SEGV\n", false)]
    [InlineData("core-dump dumped ABRT\n", false)]
    [InlineData("oom-kill killed KILL\n", false)]
    [InlineData("watchdog killed KILL\n", false)]
    [InlineData("timeout killed KILL\n", false)]
    [InlineData("exit-code exited 3\n", false)]
    [InlineData("success exited 0\n", false)]
    [InlineData("signal killed KILLED by nobody knows whom", false)]
    [InlineData("", false)]
    public void Only_a_kill_by_nobody_that_systemd_knows_of_is_one_and_holds_for_one_start(string said, bool wasKilled)
    {
        string file = _folder.Write("last-end", said);
        Assert.Equal(wasKilled, ServiceEnd.WasKilled(_folder.Path));
        Assert.False(File.Exists(file));
        Assert.False(ServiceEnd.WasKilled(_folder.Path));
    }

    [Fact]
    public void Where_nobody_tells_nothing_is_known()
    {
        Assert.False(ServiceEnd.WasKilled(_folder.Path));
        Assert.False(ServiceEnd.WasKilled(_folder["absent"]));
        Directory.CreateDirectory(_folder["last-end"]);
        Assert.False(ServiceEnd.WasKilled(_folder.Path));
    }
}
