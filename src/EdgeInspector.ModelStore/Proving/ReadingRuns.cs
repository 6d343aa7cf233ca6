using EdgeInspector.Inference;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.ModelStore.Trials;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.ModelStore.Proving;

/// <summary>What one reading said of all pictures, or why the reading can't be run.</summary>
/// <param name="Reading">The reading.</param>
/// <param name="Problem">Why the reading can't be run, in a sentence; null: it ran.</param>
/// <param name="Probabilities">For each picture, the highest probability of each tag; 0 for a tag that was not found.</param>
internal sealed record ReadingRun(NetworkReading Reading, string? Problem, IReadOnlyList<float[]> Probabilities);

/// <summary>Runs readings of one package on pictures. A picture is decoded once for as many readings as fit into memory together.</summary>
/// <param name="package">The package.</param>
/// <param name="request">How the station runs the package; the reading in this request is ignored.</param>
/// <param name="readPicture">Reads pictures.</param>
internal sealed class ReadingRuns(ModelPackage package, TrialRequest request, ReadPicture readPicture)
{
    // Limit of all input tensors together; a trial's process has 2 GiB by default, and networks need memory too.
    private const long MostTensorBytes = 96 << 20;

    /// <summary>Pictures that could not be read, each with the reason.</summary>
    public List<(LabelledPicture Picture, string Problem)> Unreadable { get; } = [];

    /// <summary>True when a classifier's predictions concern parts of the picture: the station has tiles.</summary>
    public bool IsInTiles { get; private set; }

    /// <summary>Loads the package in one reading; in the reading in force if the options say no more than the station's settings.</summary>
    public LoadOutcome Load(PreprocessingOptions preprocessing, ScoreKind? scores) => GenerationLoader.Load(
        // One thread, because the line is at work; one picture at a time; and the provider that all machines have: none of these changes
        // which reading is right.
        package, new InferenceOptions { Threads = 1, WarmUpRuns = 1, Batch = 1 }, preprocessing, NullLogger.Instance,
        request.Detector, request.Tiling,
        classifier: new ClassifierOptions { Scores = scores });

    /// <summary>Runs readings on pictures; pictures that can't be read are removed from the list.</summary>
    /// <param name="readings">The readings; each is loaded while others of the same network are loaded.</param>
    /// <param name="pictures">The pictures.</param>
    /// <param name="input">What the network takes.</param>
    /// <param name="step">Called with the share of the work that is done, 0..1.</param>
    /// <param name="stop">Ends the work between two pictures.</param>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public List<ReadingRun> Run(
        IReadOnlyList<NetworkReading> readings, List<LabelledPicture> pictures, PictureInput input, Action<double> step,
        CancellationToken stop)
    {
        long side = Math.Max(input.Width, 512) * (long)Math.Max(input.Height, 512);
        int together = (int)Math.Clamp(MostTensorBytes / (side * 3 * sizeof(float)), 1, readings.Count);
        List<ReadingRun> runs = [];
        foreach (NetworkReading[] some in readings.Chunk(together))
        {
            int before = runs.Count;
            runs.AddRange(RunTogether(some, pictures, share => step((before + (share * some.Length)) / readings.Count), stop));
        }
        return runs;
    }

    private List<ReadingRun> RunTogether(
        NetworkReading[] readings, List<LabelledPicture> pictures, Action<double> step, CancellationToken stop)
    {
        var loaded = new Loaded[readings.Length];
        try
        {
            for (int i = 0; i < readings.Length; i++)
            {
                stop.ThrowIfCancellationRequested();
                loaded[i] = new Loaded(readings[i], Load(readings[i].Preprocessing, readings[i].Scores));
            }
            using var pool = new FramePool(1);
            int done = 0;
            foreach (LabelledPicture picture in pictures.ToList())
            {
                stop.ThrowIfCancellationRequested();
                (Frame? frame, string? problem) = readPicture(picture.Path, pool);
                if (frame?.NextPage is not null)
                {
                    problem = "It holds several pictures, and its folder does not say what each of them shows. Save them as several files.";
                    frame.Release();
                    frame = null;
                }
                if (frame is null)
                {
                    Unreadable.Add((picture, problem!));
                    pictures.Remove(picture);
                }
                else
                {
                    Predict(loaded, frame);
                }
                step((double)++done / (pictures.Count + Unreadable.Count));
            }
            return [.. loaded.Select(one => one.Run)];
        }
        finally
        {
            foreach (Loaded? one in loaded)
                one?.Dispose();
        }
    }

    private void Predict(Loaded[] loaded, Frame frame)
    {
        try
        {
            foreach (Loaded one in loaded)
                IsInTiles |= one.Predict(frame);
        }
        finally
        {
            frame.Release();
        }
    }

    /// <summary>A loaded reading, with what it has said so far.</summary>
    private sealed class Loaded(NetworkReading reading, LoadOutcome outcome) : IDisposable
    {
        private readonly List<float[]> _probabilities = [];
        private readonly List<Prediction> _predictions = [];
        private string? _problem = outcome.Generation is null ? outcome.Problems[0] : null;

        public ReadingRun Run => new(reading, _problem, _probabilities);

        /// <summary>Looks at one more picture. Returns true when a classifier's predictions concern parts of the picture.</summary>
        public bool Predict(Frame frame)
        {
            if (_problem is not null)
                return false;
            OnnxGeneration generation = outcome.Generation!;
            try
            {
                generation.Predict(frame, _predictions);
            }
            catch (PredictionException fault)
            {
                _problem = fault.Message;
                return false;
            }
            IReadOnlyList<string> tags = generation.Model.Tags;
            float[] highest = new float[tags.Count];
            foreach (Prediction prediction in _predictions)
            {
                for (int i = 0; i < tags.Count; i++)
                {
                    if (tags[i] == prediction.TagName)
                        highest[i] = Math.Max(highest[i], prediction.Probability);
                }
            }
            _probabilities.Add(highest);
            return generation.Model.Kind == ModelKind.Classifier && _predictions.Exists(prediction => prediction.BoundingBox is not null);
        }

        public void Dispose() => outcome.Generation?.Dispose();
    }
}
