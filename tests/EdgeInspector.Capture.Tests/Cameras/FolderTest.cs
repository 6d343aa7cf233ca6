using System.Collections.Concurrent;
using EdgeInspector.Capture.Cameras;
using EdgeInspector.Capture.Tests.Support;
using EdgeInspector.Inspection.Stations;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.Capture.Tests.Cameras;

/// <summary>A folder of pictures, read under a clock that the test turns.</summary>
public abstract class FolderTest : IDisposable
{
    private volatile bool _isStopping;

    private protected static TimeSpan Step { get; } = TimeSpan.FromMilliseconds(100);

    private protected TemporaryFolder Folder { get; } = new();

    /// <summary>The parts of which the station was told that nobody saw them, and why.</summary>
    private protected ConcurrentQueue<(string Part, string Why)> PartsUnseen { get; } = new();

    /// <summary>True: the station is stopping and takes no word of a part.</summary>
    private protected bool IsStopping
    {
        get => _isStopping;
        set => _isStopping = value;
    }

    private TemporaryFolder Memory { get; } = new();

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        Folder.Dispose();
        Memory.Dispose();
    }

    /// <summary>A camera on the folder, started, that tells the station of parts whose pictures can't be read.</summary>
    private protected FeedBench Start(
        FolderMode mode, ExistingFiles existing = ExistingFiles.Skip, string pattern = "*", string? path = null, bool memory = false) =>
        Start(new FolderOptions { Path = path ?? Folder.Path, Mode = mode, Existing = existing, Pattern = pattern }, memory);

    private protected FeedBench Start(FolderOptions options, bool memory = false)
    {
        var time = new FakeTimeProvider();
        var clock = new WatchedClock(time);
        var log = new RecordingLog();
        var health = new StationHealth();
        string file = memory ? Memory["weld-3.txt"] : Memory[$"{Guid.NewGuid()}.txt"];
        var source = new ImageFolder(options, clock, log, new CameraPlace(health, file, Unseen), Pictures.AnyFormat);
        return new FeedBench(source, new CameraOptions { Folder = options }, clock, log, health) { Time = time }.Start();
    }

    private bool Unseen(string part, string why)
    {
        PartsUnseen.Enqueue((part, why));
        return !IsStopping;
    }

    /// <summary>Turns the clock until the folder has been looked at so many times more.</summary>
    private protected static void AwaitPolls(FeedBench bench, int polls)
    {
        int until = bench.Clock.Pauses.Count + polls;
        Eventually.TrueAsTimePasses(bench.Time, TimeSpan.FromMilliseconds(50), () => bench.Clock.Pauses.Count >= until);
    }

    private protected static IEnumerable<string?> Labels(FeedBench bench) => bench.Sink.Pictures.Select(picture => picture.Label);

    /// <summary>Puts a picture into the folder, whole.</summary>
    private protected void Write(string name, DateTime? changed = null, int width = 64)
    {
        string temporary = Folder["writing"];
        File.WriteAllBytes(temporary, Pictures.Encode(Path.GetExtension(name), width));
        if (changed is not null)
            File.SetLastWriteTimeUtc(temporary, changed.Value);
        File.Move(temporary, Folder[name], overwrite: true);
    }
}
