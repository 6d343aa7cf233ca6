using System.Globalization;
using EdgeInspector.Capture;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.SimulatedLine;
using OpenCvSharp;

namespace EdgeInspector.Benchmarks.HotPath;

/// <summary>
/// The way of a part from the frame in memory to the signal handed to the broker's socket, on frames of the simulated line: how much of it
/// is ONNX Runtime's own run, and how much is ours. One part at a time, with a real station, a real link and a real broker (embedded, on
/// loopback).
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
        using var measured = new Measured();
        await using LoneStation bench = await LoneStation.StartAsync(
            model, new StationOptions { Deadline = TimeSpan.FromSeconds(10) }, measured);
        TimeProvider time = TimeProvider.System;
        using var frames = new FramePool();
        List<Mat> pictures = Render();
        for (int i = 0; i < WarmUp + parts; i++)
        {
            Frame frame = frames.Rent(pictures[0].Width, pictures[0].Height);
            FramePixels.Copy(pictures[i % Pictures], frame);
            frame.Stamp(time.GetTimestamp(), time.GetUtcNow(), i);
            bench.Station.Accept(frame, mayWait: true, CancellationToken.None);
            InspectedPart part = measured.Next();
            if (i >= WarmUp)
                measured.Keep(part);
        }
        foreach (Mat picture in pictures)
            picture.Dispose();
        measured.Print(bench.Station.Model.Name);
    }

    internal static List<Mat> Render()
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
