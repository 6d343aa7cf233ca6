using System.CommandLine;
using System.Globalization;
using EdgeInspector.Capture;
using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.Cli.Arguments;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Hosting;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.Cli;

/// <summary>
/// <c>camera</c>: takes one picture with a station's camera, says what the picture measures, and saves it. For whoever aims a camera where
/// no agent runs; with an agent, the console's page shows the same.
/// </summary>
internal static class CameraCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static Command Create()
    {
        var name = new Argument<string?>("NAME")
        {
            Description = "The station; not needed where there is only one.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var file = new Option<string?>("--save")
        {
            Description = "Saves the picture; its ending says how: .png, .jpg, .bmp, .tif.",
            HelpName = "FILE",
        };
        var command = new Command(
            "camera", "Takes a picture with a station's camera and says how sharp and bright it is. Exit code 1: none came.")
        {
            name, file,
        };
        var settings = new SettingsArguments(command);
        command.SetAction((parsed, stop) =>
        {
            // Made whole before the settings are read, whose folder then becomes the working folder.
            string? path = parsed.GetValue(file) is { } given ? Path.GetFullPath(given) : null;
            AgentOptions options = SettingsFile.Load(settings.File(parsed), SettingsArguments.Overrides(parsed)).Options;
            return TakeAsync(Station(options, parsed.GetValue(name)), path, stop);
        });
        return command;
    }

    private static KeyValuePair<string, StationSettings> Station(AgentOptions options, string? name)
    {
        string known = string.Join(", ", options.Stations.Keys);
        if (name is null)
            return options.Stations.Count == 1
                ? options.Stations.First()
                : throw new RefusedException($"There are {options.Stations.Count} stations; name one: camera NAME. They are {known}.");
        return options.Stations.TryGetValue(name, out StationSettings? station)
            ? new(name, station)
            : throw new RefusedException($"There is no station '{name}'. There are: {known}.");
    }

    private static async Task<int> TakeAsync(KeyValuePair<string, StationSettings> station, string? path, CancellationToken stop)
    {
        var health = new StationHealth();
        var scope = new StationScope(station.Key, health, new StationCounters(), TimeProvider.System, NullLogger.Instance);
        using var pool = new FramePool();
        using var first = new FirstFrame();
        CameraOptions camera = station.Value.Camera!;
        using var feed = new CameraFeed(
            scope, StationCameras.Create(camera, TimeProvider.System, NullLogger.Instance), camera, first, pool);
        feed.Start();
        Frame frame;
        try
        {
            frame = await first.Taken.WaitAsync(Patience, stop);
        }
        catch (TimeoutException)
        {
            string why = health.Complaints.GetValueOrDefault(CameraFeed.Component) ?? "The camera gave no picture.";
            await Console.Error.WriteLineAsync(
                $"{station.Key}: no picture within {Patience.TotalSeconds:0} s. {why} If an agent runs, it may have the camera: "
                + "stop the agent, or look at its console.");
            return ExitCode.Failed;
        }
        Say(station.Key, PictureFigures.Of(frame));
        return path is null ? ExitCode.Done : Save(frame, path);
    }

    private static void Say(string station, PictureFigures figures) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{station}: {figures.Width}x{figures.Height}, sharpness {figures.Sharpness:0.00}, brightness {figures.Brightness:P0}, "
        + $"contrast {figures.Contrast:P0}, full white {figures.White:P1}, full black {figures.Black:P1}"));

    private static int Save(Frame frame, string path)
    {
        try
        {
            ImageFile.Write(frame, path);
            Console.WriteLine($"The picture is in {path}.");
            return ExitCode.Done;
        }
        catch (Exception fault) when (DiskFault.Is(fault) || fault is OpenCvSharp.OpenCVException)
        {
            throw new RefusedException($"--save: '{path}' can't be written: {fault.Message}");
        }
    }

    /// <summary>Keeps the first frame that comes, and drops all others.</summary>
    private sealed class FirstFrame : IFrameSink, IDisposable
    {
        private readonly TaskCompletionSource<Frame> _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Frame> Taken => _taken.Task;

        public void Accept(Frame frame, bool mayWait, CancellationToken stop)
        {
            if (!_taken.TrySetResult(frame))
                frame.Release();
        }

        public void Dispose()
        {
            if (!_taken.TrySetCanceled() && _taken.Task.IsCompletedSuccessfully)
                _taken.Task.Result.Release();
        }
    }
}
