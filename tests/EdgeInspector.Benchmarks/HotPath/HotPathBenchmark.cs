using System.Globalization;
using EdgeInspector.Capture;
using EdgeInspector.Capture.SimulatedLine;
using EdgeInspector.Delivery;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.DemoBroker;
using EdgeInspector.Inference;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.ModelStore.Packages;
using Microsoft.Extensions.Logging.Abstractions;
using OpenCvSharp;

namespace EdgeInspector.Benchmarks.HotPath;

/// <summary>
/// The way of a part from the frame in memory to the signal handed to the broker's socket, on frames of the simulated line: how much of it is ONNX Runtime's own
/// run, and how much is ours. One part at a time, with a real station, a real link and a real broker (embedded, on loopback).
/// </summary>
internal static class HotPathBenchmark
{
    private const int WarmUp = 50;
    private const int Pictures = 32;

    public static async Task<int> RunAsync(string[] args)
    {
        int parts = args is [{ } first, ..] && int.TryParse(first, CultureInfo.InvariantCulture, out int given) ? given : 500;
        Console.WriteLine($"{Environment.ProcessorCount} cores, {parts} parts of 1280×960 for each model, one at a time");
        foreach (string model in new[] { "part-classifier", "part-detector" })
            await MeasureAsync(Path.Combine(AppContext.BaseDirectory, "models", model), parts);
        return 0;
    }

    private static async Task MeasureAsync(string model, int parts)
    {
        PackageReading reading = ModelPackageReader.Read(model);
        LoadOutcome outcome = GenerationLoader.Load(
            reading.Package ?? throw new InvalidOperationException(string.Join(' ', reading.Problems)),
            new InferenceOptions(),
            new PreprocessingOptions(),
            NullLogger.Instance);
        using OnnxGeneration generation = outcome.Generation ?? throw new InvalidOperationException(string.Join(' ', outcome.Problems));
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        var mqtt = new MqttOptions { Host = "127.0.0.1", Port = broker.Port };
        var (health, counters, time) = (new StationHealth(), new StationCounters(), TimeProvider.System);
        await using var link = new StationLink(
            new AgentIdentity("benchmark", "bench", "0"),
            "hot",
            mqtt,
            StationTopics.ForAll(mqtt, "bench", ["hot"])["hot"],
            health,
            counters,
            () => generation.Model,
            null,
            time,
            NullLogger.Instance);
        link.Start();
        await link.WaitConnected(CancellationToken.None);

        using var measured = new Measured();
        var options = new StationOptions { Deadline = TimeSpan.FromSeconds(10) };
        using var station = new Station(
            "hot", options, RuleSet.Create(options, generation.Model, out _)!, generation, link, measured, health, counters, time, NullLogger.Instance);
        station.Start();
        using var frames = new FramePool();
        List<Mat> pictures = Render();
        for (int i = 0; i < WarmUp + parts; i++)
        {
            Frame frame = frames.Rent(pictures[0].Width, pictures[0].Height);
            FramePixels.Copy(pictures[i % Pictures], frame);
            frame.Stamp(time.GetTimestamp(), time.GetUtcNow(), i);
            station.Accept(frame, mayWait: true, CancellationToken.None);
            InspectedPart part = measured.Next();
            if (i >= WarmUp)
                measured.Keep(part);
        }
        foreach (Mat picture in pictures)
            picture.Dispose();
        measured.Print(generation.Model.Name);
    }

    private static List<Mat> Render()
    {
        var line = new PartLine(30_000);
        using var renderer = new PartRenderer();
        var pictures = new List<Mat>();
        for (int i = 0; i < Pictures; i++)
        {
            var picture = new Mat();
            renderer.Render(line.Part(i), picture);
            pictures.Add(picture);
        }
        return pictures;
    }
}
