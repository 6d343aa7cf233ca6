using EdgeInspector.Inference.Tests.Reference;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.Inference.Tests.Sessions;

public sealed class SharedSessionTests
{
    private static readonly ModelPackage Package = TestModels.Reference("softmax-no-metadata");

    [Fact]
    public void Stations_with_the_same_network_and_threads_share_one_session_until_the_last_one_frees_it()
    {
        OnnxGeneration first = Load(Package, 3), second = Load(Package with { Name = "renamed", Hash = "other" }, 3);
        Assert.Same(first.Session, second.Session);
        using OnnxGeneration third = Load(Package, 4);
        Assert.NotSame(first.Session, third.Session);
        first.Dispose();
        Assert.NotEmpty(Predict(second, 40));
        var session = second.Session;
        second.Dispose();
        using OnnxGeneration later = Load(Package, 3);
        Assert.NotSame(session, later.Session);
    }

    [Fact]
    public async Task Stations_that_share_a_session_do_not_see_each_others_pictures()
    {
        using OnnxGeneration dark = Load(Package, 3), bright = Load(Package, 3);
        List<Prediction> ofDark = Predict(dark, 20), ofBright = Predict(bright, 230);
        Assert.NotEqual(ofDark, ofBright);
        await Task.WhenAll(
            Task.Run(() => Repeat(dark, 20, ofDark), TestContext.Current.CancellationToken),
            Task.Run(() => Repeat(bright, 230, ofBright), TestContext.Current.CancellationToken));
    }

    private static void Repeat(OnnxGeneration generation, byte grey, List<Prediction> expected)
    {
        for (int i = 0; i < 100; i++)
            Assert.Equal(expected, Predict(generation, grey));
    }

    private static OnnxGeneration Load(ModelPackage package, int threads)
    {
        LoadOutcome outcome = GenerationLoader.Load(
            package, new InferenceOptions { Threads = threads, WarmUpRuns = 1 }, new PreprocessingOptions(), NullLogger.Instance);
        Assert.Empty(outcome.Problems);
        return outcome.Generation!;
    }

    private static List<Prediction> Predict(OnnxGeneration generation, byte grey)
    {
        using var pool = new FramePool(1);
        Frame frame = pool.Rent(320, 240);
        frame.Writable.Fill(grey);
        List<Prediction> predictions = [];
        generation.Predict(frame, predictions);
        frame.Release();
        return predictions;
    }
}
