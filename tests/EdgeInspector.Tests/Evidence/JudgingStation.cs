using System.Collections.Concurrent;
using EdgeInspector.Capture;
using EdgeInspector.Inference;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.References;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.ModelStore.Packages;
using Microsoft.Extensions.Logging.Abstractions;
using OpenCvSharp;

namespace EdgeInspector.Tests.Evidence;

/// <summary>
/// A real station with a shipped model and the rules of the settings' defaults, to which a test shows pictures one after the other.
/// </summary>
internal sealed class JudgingStation : ISignaller, IInspectedPartSink, IDisposable
{
    // What wears slowly is told under these names.
    private static readonly string[] OfPictures =
        [StationReferences.DriftComponent, Station.LightComponent, Station.FocusComponent, Station.PictureComponent];

    private readonly FramePool _pool = new();
    private readonly BlockingCollection<InspectedPart> _records = [];
    private readonly StationHealth _health = new();
    private readonly OnnxGeneration _generation;
    private readonly Station _station;
    private long _frames;

    /// <param name="model">Name of the shipped model.</param>
    /// <param name="picture">How it looks at pictures.</param>
    /// <param name="reference">Against what it holds them; null: none was learnt.</param>
    public JudgingStation(string model, PictureOptions? picture = null, Reference? reference = null)
    {
        Model = model;
        ModelPackage package = ModelPackageReader.Read(Path.Combine(AppContext.BaseDirectory, "models", model)).Package!;
        _generation = GenerationLoader.Load(package, new InferenceOptions(), new PreprocessingOptions(), NullLogger.Instance).Generation!;
        // Such a machine may have much else to do.
        var options = new StationOptions
        {
            Picture = picture ?? new PictureOptions(),
            Deadline = TimeSpan.FromMinutes(1),
            HungAfter = TimeSpan.FromMinutes(2),
        };
        _station = new Station(
            new StationScope("s", _health, new StationCounters(), TimeProvider.System, NullLogger.Instance),
            options,
            RuleSet.Create(options, _generation.Model, out _)!,
            _generation,
            new StationOutputs(this, this));
        if (reference is not null)
            _station.References.Put(reference);
        _station.Start();
    }

    /// <summary>The model's name.</summary>
    public string Model { get; }

    /// <summary>The station.</summary>
    public Station Station => _station;

    /// <summary>What it says of its pictures, with the component before each sentence; null: all is well.</summary>
    public string? Alarm => string.Join(
        " ", _health.Complaints.Where(one => OfPictures.Contains(one.Key)).Select(one => $"{one.Key}: {one.Value}")) is { Length: > 0 } said
        ? said
        : null;

    /// <summary>Inspects a picture as that of a part.</summary>
    public InspectedPart Inspect(Mat picture)
    {
        Frame frame = _pool.Rent(picture.Width, picture.Height);
        FramePixels.Copy(picture, frame);
        frame.Stamp(TimeProvider.System.GetTimestamp(), TimeProvider.System.GetUtcNow(), ++_frames);
        _station.Accept(frame, mayWait: false, CancellationToken.None);
        Assert.True(_records.TryTake(out InspectedPart? part, TimeSpan.FromMinutes(2)), "No record came.");
        part.Dispose();
        return part;
    }

    public SignalOutcome Send(in Signal signal) => SignalOutcome.Sent;

    public void Open(string station, Trigger trigger)
    {
    }

    public void Accept(InspectedPart part) => _records.Add(part);

    public void Dispose()
    {
        _station.Dispose();
        _generation.Dispose();
        _pool.Dispose();
        _records.Dispose();
    }
}
