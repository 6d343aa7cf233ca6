using EdgeInspector.Capture;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.SimulatedLine;
using Microsoft.Extensions.Logging.Abstractions;
using OpenCvSharp;

namespace EdgeInspector.Tests.Hosting;

/// <summary>What the checks of the picture say of the simulated line, with their default settings.</summary>
public sealed class SimulatedPictureTests : IDisposable
{
    private readonly FramePool _pool = new();
    private readonly StationHealth _health = new();
    private readonly NoLine _line = new();
    private long _frames;

    public void Dispose() => _pool.Dispose();

    private sealed class SaysOk : IGeneration
    {
        public ModelIdentity Model { get; } = new("test", new string('a', 64), null, ModelKind.Classifier, ["ok"], "cpu");

        public PredictionTiming Predict(Frame frame, List<Prediction> predictions, long? deadline = null)
        {
            predictions.Clear();
            predictions.Add(new Prediction("ok", 1));
            return new PredictionTiming(TimeSpan.FromMilliseconds(1), default, default);
        }

        public void Dispose()
        {
        }
    }

    private sealed class NoLine : ISignaller, IInspectedPartSink
    {
        private int _records;
        private int _waitedFor;

        public SignalOutcome Send(in Signal signal) => SignalOutcome.Sent;

        public void Open(string station, Trigger trigger)
        {
        }

        public void Accept(InspectedPart part)
        {
            part.Dispose();
            Interlocked.Increment(ref _records);
        }

        public void Wait()
        {
            Eventually.True(() => Volatile.Read(ref _records) > _waitedFor);
            _waitedFor++;
        }
    }

    [Fact]
    public void The_simulated_line_gives_no_alarm_and_a_lens_out_of_focus_does()
    {
        var options = new StationOptions { Deadline = TimeSpan.FromSeconds(20) };
        var generation = new SaysOk();
        using var station = new Station(
            new StationScope("s", _health, new StationCounters(), TimeProvider.System, NullLogger.Instance),
            options,
            RuleSet.Create(options, generation.Model, out _)!,
            generation,
            new StationOutputs(_line, _line));
        station.Start();
        using var renderer = new PartRenderer();
        using var picture = new Mat();
        using var blurred = new Mat();
        var line = new PartLine(20_000);
        for (int i = 0; i < 120; i++)
        {
            renderer.Render(line.Part(i), picture);
            Show(station, picture);
            Assert.True(_health.IsGood, string.Join(' ', _health.Complaints.Values));
        }
        for (int i = 120; i < 126; i++)
        {
            renderer.Render(line.Part(i), picture);
            Cv2.GaussianBlur(picture, blurred, new Size(0, 0), 4);
            Show(station, blurred);
        }
        Assert.Equal([Station.FocusComponent], _health.Complaints.Keys);
    }

    private void Show(Station station, Mat picture)
    {
        Frame frame = _pool.Rent(picture.Width, picture.Height);
        FramePixels.Copy(picture, frame);
        frame.Stamp(TimeProvider.System.GetTimestamp(), TimeProvider.System.GetUtcNow(), ++_frames);
        station.Accept(frame, mayWait: false, CancellationToken.None);
        _line.Wait();
    }
}
