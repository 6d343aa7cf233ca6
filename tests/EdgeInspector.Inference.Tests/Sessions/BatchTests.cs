using EdgeInspector.Inference.Sessions;
using EdgeInspector.Inference.Tests.Reference;
using EdgeInspector.Inference.Tiling;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.Inference.Tests.Sessions;

/// <summary>Several pictures at once give what each gives alone. The packages are made by <c>make_batch_packages.py</c>.</summary>
public sealed class BatchTests
{
    private static readonly TilingOptions Tiles = new() { Width = 150, Height = 110, Overlap = 0.2 };

    [Theory]
    [InlineData("softmax", 2)]
    [InlineData("softmax", 5)]
    [InlineData("softmax", 64)]
    [InlineData("float16", 4)]
    [InlineData("map", 4)]
    [InlineData("grid", 2)]
    [InlineData("grid", 7)]
    [InlineData("corners", 4)]
    public void Tiles_that_run_at_once_say_what_each_says_alone(string package, int batch)
    {
        using OnnxGeneration alone = Load(package, 1), together = Load(package, batch);
        Assert.Equal((1, batch), (alone.Batch, together.Batch));
        for (int picture = 0; picture < 3; picture++)
        {
            List<Prediction> expected = Predict(alone, picture), actual = Predict(together, picture);
            Assert.NotEmpty(expected);
            Assert.Equal(expected, actual);
        }
    }

    [Fact]
    public void Regions_that_come_to_other_sizes_of_the_input_run_apart()
    {
        RegionOptions[] regions =
            [new() { Width = 0.5, Height = 0.5 }, new() { Left = 0.5, Width = 0.5 }, new() { Top = 0.5, Width = 0.25, Height = 0.5 }];
        var tiling = new TilingOptions { Width = 150, Overlap = 0, Regions = regions };
        using OnnxGeneration alone = Load("softmax", 1, tiling), together = Load("softmax", 4, tiling);
        Assert.Equal(Predict(alone, 1), Predict(together, 1));
    }

    [Theory]
    [InlineData("fails")]
    [InlineData("mixes")]
    public void A_network_that_only_claims_to_take_several_pictures_runs_one_after_the_other_and_that_is_said(string package)
    {
        LoadOutcome outcome = TryLoad(package, 4, Tiles);
        using OnnxGeneration together = outcome.Generation!;
        Assert.Equal(1, together.Batch);
        Assert.Contains(outcome.Notes, note => note.Contains("one after the other", StringComparison.Ordinal));
        using OnnxGeneration alone = Load(package, 1);
        Assert.Equal(Predict(alone, 2), Predict(together, 2));
    }

    [Fact]
    public void A_network_for_one_picture_is_never_given_more()
    {
        LoadOutcome outcome = GenerationLoader.Load(
            TestModels.Reference("softmax-no-metadata"), new InferenceOptions { Threads = 1, Batch = 8 }, new PreprocessingOptions(),
            NullLogger.Instance, null, Tiles);
        using OnnxGeneration generation = outcome.Generation!;
        Assert.Equal(1, generation.Batch);
        Assert.NotEmpty(Predict(generation, 0));
    }

    [Theory]
    [InlineData("softmax")]
    [InlineData("grid")]
    public void Tiles_that_run_at_once_leave_the_garbage_collector_nothing_to_do(string package)
    {
        using OnnxGeneration generation = Load(package, 4);
        using var pool = new FramePool(1);
        Frame frame = Picture(pool, 0);
        List<Prediction> predictions = [];
        for (int i = 0; i < 20; i++)
            generation.Predict(frame, predictions, i);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            generation.Predict(frame, predictions, i);
        frame.Release();
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 0, 1024);
    }

    [Theory]
    [InlineData("softmax")]
    [InlineData("float16")]
    [InlineData("grid")]
    public async Task Stations_that_wait_for_one_device_each_get_their_own(string package)
    {
        // One slot, whatever the machine.
        int threads = Environment.ProcessorCount;
        OnnxGeneration[] stations = [.. Enumerable.Range(0, 4).Select(_ => Load(package, 8, new TilingOptions(), threads))];
        List<Prediction>[] expected = [.. stations.Select((station, i) => Predict(station, i))];
        RunQueue queue = stations[0].Queue;
        for (int round = 0; round < 5; round++)
        {
            var busy = new RunQueue.Waiter();
            queue.Enter(busy, 0);
            // Its turn does not end by itself, however long the others take to come.
            busy.Since = long.MaxValue;
            Task<List<Prediction>>[] waiting = [.. stations.Select((station, i) => Task.Factory.StartNew(
                () => Predict(station, i, deadline: i),
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default))];
            Eventually.True(() => queue.Waiting == stations.Length);
            queue.Leave(busy);
            Assert.Equal(expected, await Task.WhenAll(waiting));
        }
        Array.ForEach(stations, station => station.Dispose());
    }

    internal static LoadOutcome TryLoad(string package, int batch, TilingOptions? tiling = null, int threads = 1) => GenerationLoader.Load(
        TestModels.Package(Path.Combine(ReferenceData.Folder, "..", "Sessions", "packages", package)),
        new InferenceOptions { Threads = threads, WarmUpRuns = 1, Batch = batch }, new PreprocessingOptions(), NullLogger.Instance,
        new DetectorOptions { MinimumProbability = 0.05 }, tiling);

    private static OnnxGeneration Load(string package, int batch, TilingOptions? tiling = null, int threads = 1)
    {
        LoadOutcome outcome = TryLoad(package, batch, tiling ?? Tiles, threads);
        Assert.Empty(outcome.Problems);
        return outcome.Generation!;
    }

    private static List<Prediction> Predict(OnnxGeneration generation, int picture, long? deadline = null)
    {
        using var pool = new FramePool(1);
        Frame frame = Picture(pool, picture);
        List<Prediction> predictions = [];
        generation.Predict(frame, predictions, deadline);
        frame.Release();
        return predictions;
    }

    private static Frame Picture(FramePool pool, int number)
    {
        Frame frame = pool.Rent(640, 400);
        for (int y = 0; y < 400; y++)
        {
            for (int x = 0; x < 640 * 3; x++)
                frame.Writable[y * frame.Stride + x] = (byte)((x / 3 * (7 + number) + y * 13 + x / 3 * y / 50 + x % 3 * 40) % 256);
        }
        return frame;
    }
}
