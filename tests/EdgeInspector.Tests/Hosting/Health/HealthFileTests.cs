using EdgeInspector.Hosting.Health;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.Tests.Hosting.Health;

public sealed class HealthFileTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly SemaphoreSlim _asked = new(0);
    private volatile bool _makesProgress = true;

    public void Dispose()
    {
        _asked.Dispose();
        _folder.Dispose();
    }

    private string Path => _folder["health"];

    private HealthFile Create(string path) =>
        new(path, Progress, () => ["Station s1, camera: gone."], _time, NullLogger<HealthFile>.Instance);

    private bool Progress()
    {
        _asked.Release();
        return _makesProgress;
    }

    // The loop may not wait for its timer yet when the clock is turned, so it is turned until the loop has asked.
    private void Turn() => Assert.True(
        SpinWait.SpinUntil(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(2));
                return _asked.Wait(TimeSpan.FromSeconds(1));
            },
            Patience));

    // One question later, all that followed the one before has happened.
    private void TurnTwice()
    {
        Turn();
        Turn();
    }

    [Fact]
    public async Task It_is_written_while_progress_is_made_and_only_then()
    {
        using HealthFile file = Create(Path);
        await file.StartAsync(TestContext.Current.CancellationToken);
        TurnTwice();
        HealthReport report = HealthReport.Read(Path)!;
        Assert.Equal(["Station s1, camera: gone."], report.Complaints);

        _makesProgress = false;
        TurnTwice();
        long last = HealthReport.Read(Path)!.At;
        TurnTwice();
        Assert.Equal(last, HealthReport.Read(Path)!.At);
        await file.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task It_is_gone_after_a_stop_in_order()
    {
        using HealthFile file = Create(Path);
        await file.StartAsync(TestContext.Current.CancellationToken);
        TurnTwice();
        Assert.True(File.Exists(Path));
        await file.StopAsync(TestContext.Current.CancellationToken);
        Assert.False(File.Exists(Path));
    }

    [Fact]
    public async Task A_place_that_cannot_be_written_does_not_end_it()
    {
        string folder = _folder["later"];
        using HealthFile file = Create(System.IO.Path.Combine(folder, "health"));
        await file.StartAsync(TestContext.Current.CancellationToken);
        TurnTwice();
        Directory.CreateDirectory(folder);
        TurnTwice();
        Assert.NotNull(HealthReport.Read(System.IO.Path.Combine(folder, "health")));
        await file.StopAsync(TestContext.Current.CancellationToken);
    }
}
