using System.Globalization;
using EdgeInspector.Capture;
using EdgeInspector.Inference;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.ModelStore.Packages;
using EdgeInspector.Reporting;
using EdgeInspector.SimulatedLine;
using Microsoft.Extensions.Logging.Abstractions;
using OpenCvSharp;

namespace EdgeInspector.Benchmarks.Resizing;

/// <summary>
/// What the ways of resizing cost, and what they do to the verdicts: the shipped classifier, whole frames, the same parts for each way and
/// size.
/// </summary>
internal static class ResizeBenchmark
{
    // A line that neither training nor any other judging has seen.
    private const int Seed = 909;

    private static readonly SensorSize[] Sensors = [new(1280, 960), new(1920, 1200)];

    public static int Run(string[] args)
    {
        int parts = args is [{ } first, ..] && int.TryParse(first, CultureInfo.InvariantCulture, out int given) ? given : 300;
        ModelPackage package = ModelPackageReader.Read(Path.Combine(AppContext.BaseDirectory, "models", "part-classifier")).Package!;
        Console.WriteLine(Text($"{parts} parts of line {Seed}, {package.Name}, default thresholds"));
        foreach (SensorSize sensor in Sensors)
            Compare(package, sensor, parts);
        return 0;
    }

    private static void Compare(ModelPackage package, SensorSize sensor, int parts)
    {
        Way[] ways = [.. Enum.GetValues<Interpolation>().Select(interpolation => new Way(package, interpolation))];
        // Of its own parts, the line's good ones are most; a third here, as in the other data sets.
        var line = new PartLine(Seed, sensor);
        using var renderer = new PartRenderer(sensor);
        using var pool = new FramePool();
        using var picture = new Mat();
        int good = 0, bad = 0;
        for (long i = 0; good + bad < parts; i++)
        {
            SimulatedPart part = line.Part(i);
            if (part.IsGood ? good * 3 > parts : bad * 3 > parts * 2)
                continue;
            _ = part.IsGood ? good++ : bad++;
            renderer.Render(part, picture);
            Frame frame = pool.Rent(sensor.Width, sensor.Height);
            FramePixels.Copy(picture, frame);
            foreach (Way way in ways)
                way.Judge(frame, part.IsGood);
            frame.Release();
        }
        foreach (Way way in ways)
        {
            Console.WriteLine(Text($"  {sensor.Width}×{sensor.Height} {way.Name,-7} preprocessing p50 {way.Preprocess.P50:0.00} ms; ")
                + Text($"{way.Missed} of {bad} defective parts passed, {way.FalselyRejected} of {good} good ones rejected"));
            way.Dispose();
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class Way(ModelPackage package, Interpolation interpolation) : IDisposable
    {
        private readonly OnnxGeneration _generation =
            GenerationLoader.Load(
                package,
                new InferenceOptions(),
                new PreprocessingOptions { Interpolation = interpolation },
                NullLogger.Instance).Generation!;

        private readonly List<Prediction> _predictions = [];
        private readonly List<double> _times = [];
        private RuleSet? _rules;

        public string Name => interpolation.ToString();

        public int Missed { get; private set; }

        public int FalselyRejected { get; private set; }

        public Percentiles Preprocess => Percentiles.Of(_times);

        public void Judge(Frame frame, bool isGood)
        {
            _rules ??= RuleSet.Create(new RuleOptions(), _generation.Model, out _)!;
            _times.Add(_generation.Predict(frame, _predictions).Preprocess.TotalMilliseconds);
            VerdictKind verdict = _rules.JudgePart(_predictions).Kind;
            if (isGood && verdict == VerdictKind.Reject)
                FalselyRejected++;
            if (!isGood && verdict == VerdictKind.Pass)
                Missed++;
        }

        public void Dispose() => _generation.Dispose();
    }
}
