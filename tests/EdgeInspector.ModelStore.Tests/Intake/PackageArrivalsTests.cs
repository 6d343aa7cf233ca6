using EdgeInspector.ModelStore.Intake;
using EdgeInspector.ModelStore.Storage;
using EdgeInspector.ModelStore.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.ModelStore.Tests.Intake;

/// <summary>What people put into the inbox.</summary>
public sealed class PackageArrivalsTests : IAsyncLifetime
{
    private readonly StoreBench _store = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ModelBench _bench;
    private Task _running = Task.CompletedTask;

    public PackageArrivalsTests() => _bench = new ModelBench(_store, _store.Package("a"));

    private string Inbox => Path.Combine(_bench.Folders.Inbox, "s1");

    public ValueTask InitializeAsync()
    {
        var arrivals = new PackageArrivals(
            _bench.Desk,
            _bench.Folders,
            new ModelOptions { StableFor = TimeSpan.FromMilliseconds(100) },
            TimeProvider.System,
            NullLogger.Instance);
        Directory.CreateDirectory(Inbox);
        _running = arrivals.RunAsync(_stop.Token);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _bench.DisposeAsync();
        _stop.Dispose();
        _store.Dispose();
    }

    private static string[] Names(string folder) =>
        Directory.Exists(folder) ? [.. Directory.EnumerateFileSystemEntries(folder).Select(entry => Path.GetFileName(entry)!)] : [];

    [Fact]
    public async Task A_link_is_put_away_with_the_reason_and_what_it_leads_to_stays()
    {
        string elsewhere = _store.Package("elsewhere");
        Directory.CreateSymbolicLink(Path.Combine(Inbox, "link"), elsewhere);
        File.CreateSymbolicLink(Path.Combine(Inbox, "nowhere.zip"), Path.Combine(_store.Root, "nowhere"));
        await Eventually.TrueAsync(() => Names(Inbox).Length == 0, () => string.Join(", ", Names(Inbox)));
        await Eventually.TrueAsync(
            () => Names(_bench.Folders.Quarantine).Length == 4, () => string.Join(", ", Names(_bench.Folders.Quarantine)));
        foreach (string text in Directory.EnumerateFiles(_bench.Folders.Quarantine, "*.txt"))
            Assert.Contains(
                "is a link to", await File.ReadAllTextAsync(text, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(elsewhere, "model.onnx")));
        Assert.Equal("a", _bench.Models.Running.Name);
        Assert.Equal(2, _bench.News.Count(change => change.Kind == ModelChangeKind.Refused));
    }

    [Fact]
    public async Task What_was_taken_but_can_not_be_put_away_is_not_taken_again_and_again()
    {
        // Where the note of it should go lies a file.
        await File.WriteAllTextAsync(_bench.Folders.Accepted, "", TestContext.Current.CancellationToken);
        Directory.Move(_store.Package("b"), Path.Combine(Inbox, "b"));
        await Eventually.TrueAsync(() => _bench.Models.Running.Name == "b", () => "It was not taken.");
        DateTimeOffset imported = _bench.Store.Resolve("b", out _)!.ImportedAt;
        // What comes after it is looked at after it.
        foreach (string name in new[] { "c", "d" })
        {
            Directory.Move(_store.Package(name), Path.Combine(Inbox, name));
            await Eventually.TrueAsync(() => _bench.Models.Running.Name == name, () => $"{name} was not taken.");
        }
        Assert.Equal(imported, _bench.Store.Resolve("b", out _)!.ImportedAt);
    }

    [Fact]
    public async Task The_files_beside_a_bare_network_go_with_it_however_they_are_written()
    {
        string package = _store.Package("b");
        File.Move(Path.Combine(package, "labels.txt"), Path.Combine(Inbox, "Labels.TXT"));
        File.Move(Path.Combine(package, "model.onnx"), Path.Combine(Inbox, "lamp.onnx"));
        await Eventually.TrueAsync(() => _bench.Models.Running.Name == "lamp", () => "It was not taken.");
        await Eventually.TrueAsync(() => Names(Inbox).Length == 0, () => string.Join(", ", Names(Inbox)));
    }

    [Fact]
    public void Labels_or_a_signature_that_wait_in_vain_are_put_away_before_another_model_takes_them()
    {
        var time = new FakeTimeProvider();
        var inbox = new Inbox(
            _bench.Folders with { Root = Path.Combine(_store.Root, "other") }, ["s1"], TimeSpan.FromSeconds(2), time, NullLogger.Instance);
        inbox.Prepare();
        foreach (string name in new[] { "labels.txt", "export.zip.sig" })
            File.WriteAllText(Path.Combine(inbox.FolderOf("s1"), name), "x");
        Assert.Empty(inbox.Complete());
        time.Advance(TimeSpan.FromMinutes(9));
        Assert.Empty(inbox.Complete());
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(
            [
                "export.zip.sig lay in the inbox for 10 minutes without export.zip",
                "labels.txt lay in the inbox for 10 minutes without the .onnx file",
            ],
            inbox.Complete()
                .Select(item => item.Problem![..item.Problem!.IndexOf(" that", StringComparison.Ordinal)])
                .Order(StringComparer.Ordinal));
        File.WriteAllText(Path.Combine(inbox.FolderOf("s1"), "model.onnx"), "x");
        Assert.DoesNotContain(inbox.Complete(), item => item.Path.EndsWith("labels.txt", StringComparison.Ordinal));
    }

    [Fact]
    public void What_has_a_name_that_is_no_valid_text_is_told_once_and_left_alone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems take no such names.");
        var log = new Lines();
        var time = new FakeTimeProvider();
        var inbox = new Inbox(
            _bench.Folders with { Root = Path.Combine(_store.Root, "other") }, ["s1"], TimeSpan.FromSeconds(2), time, log);
        inbox.Prepare();
        Shell("printf x > \"$1/$(printf 'e\\377.zip')\"", inbox.FolderOf("s1"));
        try
        {
            for (int look = 0; look < 5; look++, time.Advance(TimeSpan.FromSeconds(3)))
                Assert.Empty(inbox.Complete());
            Assert.Contains("has a name that is no valid UTF-8", Assert.Single(log), StringComparison.Ordinal);
        }
        finally
        {
            // This program can't name it.
            Shell("rm -r \"$1\"", inbox.FolderOf("s1"));
        }
    }

    private sealed class Lines : List<string>, ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Add(formatter(state, exception));
    }

    private static void Shell(string command, string folder)
    {
        using var shell = System.Diagnostics.Process.Start("sh", ["-c", command, "sh", folder]);
        shell.WaitForExit();
    }

    [Fact]
    public void Where_there_are_several_stations_what_lies_beside_their_folders_is_for_nobody()
    {
        var time = new FakeTimeProvider();
        var inbox = new Inbox(
            _bench.Folders with { Root = Path.Combine(_store.Root, "other") },
            ["s1", "s 2"],
            TimeSpan.FromSeconds(2),
            time,
            NullLogger.Instance);
        inbox.Prepare();
        // Of a station that is gone.
        Directory.CreateDirectory(Path.Combine(inbox.FolderOf("s1"), "..", "s3"));
        File.WriteAllText(Path.Combine(inbox.FolderOf("s1"), "..", "export.zip"), "half of");
        Assert.Empty(inbox.Complete());
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Contains("Put it into the one that it is for: s1, s_2", Assert.Single(inbox.Complete()).Problem, StringComparison.Ordinal);
    }
}
