using System.Diagnostics;
using System.Globalization;
using EdgeInspector.Inference;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.ModelStore.Packages;
using EdgeInspector.ModelStore.Switching;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.ModelStore.Trials;

/// <summary>Reads a picture file into a frame that the caller releases, or gives the problem as a sentence.</summary>
public delegate (Frame? Frame, string? Problem) ReadPicture(string path, FramePool pool);

/// <summary>Tries a package in this process: loads it, warms it up, runs it on a blank picture and on the golden images.</summary>
/// <param name="readPicture">Reads golden images.</param>
/// <param name="log">The log.</param>
public sealed class Trial(ReadPicture readPicture, ILogger log) : ITrial
{
    private const int BlankRuns = 5;
    private const int MostDifferences = 200;
    private const int MostUnreadable = 10;

    /// <inheritdoc />
    public Task<TrialReport> RunAsync(TrialRequest request, CancellationToken stop) => Task.Run(() => Run(request, stop), stop);

    /// <summary>Tries a package on the calling thread.</summary>
    /// <exception cref="OperationCanceledException">The trial was stopped between two pictures.</exception>
    public TrialReport Run(TrialRequest request, CancellationToken stop)
    {
        ReadOutcome reading = ModelPackageReader.Read(request.Package);
        if (reading.Package is not { } package)
            return new TrialReport { Problems = reading.Problems };
        var report = new TrialReport { Name = package.Name, Hash = package.Hash, Iteration = package.Iteration };

        long before = WorkingSet();
        long start = Stopwatch.GetTimestamp();
        LoadOutcome outcome = Load(package, request);
        using OnnxGeneration? generation = outcome.Generation;
        if (generation is null)
            return report with { Problems = outcome.Problems, Notes = outcome.Notes };
        report = report with
        {
            LoadMs = Round(Stopwatch.GetElapsedTime(start)),
            Notes = generation.Description.Conversion is { } conversion
                ? [Converted(package, conversion), .. outcome.Notes]
                : outcome.Notes,
            Kind = generation.Description.Kind == ModelKind.Classifier ? "classifier" : "detector",
            Input = generation.Description.Input,
            Outputs = generation.Description.Outputs,
            Tags = generation.Description.Tags,
            Preprocessing = generation.Description.Preprocessing,
            Decoder = generation.Description.Decoder,
            Provider = generation.Model.Provider,
        };
        try
        {
            report = report with
            {
                PredictMs = RunOnBlank(generation),
                MemoryMiB = Math.Round(Math.Max(0, WorkingSet() - before) / 1048576.0, 1),
            };
            return request.Rules is { } rules ? Judge(report, request, rules, generation, package, start, stop) : report;
        }
        catch (PredictionException fault)
        {
            return report with { Problems = [fault.Message] };
        }
    }

    private LoadOutcome Load(ModelPackage package, TrialRequest request) => GenerationLoader.Load(
        package, request.Inference, request.Preprocessing, log, request.Detector, request.Tiling, classifier: request.Classifier);

    private static string Converted(ModelPackage package, string how) =>
        $"{package.ModelFileName} is of an old format and runs converted in memory ({how}). "
        + "The package, its hash and its signature stay those of the original.";

    private TrialReport Judge(
        TrialReport report,
        TrialRequest request,
        RuleOptions options,
        OnnxGeneration generation,
        ModelPackage package,
        long start,
        CancellationToken stop)
    {
        ReadOutcome? active = request.Active is null ? null : ModelPackageReader.Read(request.Active);
        IReadOnlyList<string>? before = active?.Package?.Labels;
        if (before is not null && TagChanges.Between(before, generation.Description.Tags) is { IsNone: false } changes)
            report = report with { Notes = [.. report.Notes, changes.ToString()] };
        // The swap itself will ask the same, so that the trial promises no more than the swap can hold.
        IReadOnlyList<string> dead = TagChanges.Dead(
            options, active?.Package?.DomainType == "ObjectDetection" ? null : before, generation.Model);
        if (dead.Count > 0 && !request.DropDeadRules)
            return report with { Problems = dead };
        options = dead.Count > 0 ? TagChanges.WithoutDead(options, generation.Model) : options;
        if (RuleSet.Create(options, generation.Model, out IReadOnlyList<string> problems) is not { } rules)
            return report with { Problems = problems };
        if (request.Golden.Folder is not { } folder)
            return report;

        IReadOnlyList<GoldenImage> images = GoldenImages.Find(folder, out IReadOnlyList<string> unlisted);
        if (images.Count == 0)
            return report with { Problems = unlisted };
        if (images.Count > request.Golden.MaximumImages)
        {
            report = report with
            {
                Notes =
                [
                    .. report.Notes,
                    $"Only {request.Golden.MaximumImages} of {images.Count} golden images were tried (Golden:MaximumImages).",
                ],
            };
            images = [.. images.Take(request.Golden.MaximumImages)];
        }
        using OnnxGeneration? other = LoadActive(request, active, out RuleSet? activeRules, out string? note);
        if (note is not null)
            report = report with { Notes = [.. report.Notes, note] };
        GoldenReport golden = RunOnGolden(images, generation, rules, other, activeRules, stop, out List<string> unreadable);
        report = report with { Golden = golden, Problems = [.. unlisted, .. unreadable] };
        string? fits = golden.Failed == 0
            ? null
            : new GoldenProof(readPicture).Run(package, request, generation, images, report.PredictMs, start, stop);
        // Rounding is allowed for, so that 0.1 of 30 pictures are 3.
        if (golden.Failed <= (request.Golden.AllowedShare * golden.Images) + 1e-9)
            return fits is null ? report : report with { Notes = [.. report.Notes, fits] };
        string wrong = TooManyWrong(golden, request.Golden);
        return report with { Problems = [.. report.Problems, fits is null ? wrong : $"{wrong} {fits}"] };
    }

    private static string TooManyWrong(GoldenReport golden, GoldenOptions options)
    {
        string some = string.Join(
            "; ", golden.Differences.Where(d => d.IsWrong).Take(3).Select(d => $"{d.Image}: expected {d.Expected}, saw {d.Saw}"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"It is wrong on {golden.Failed} of {golden.Images} golden images; {options.AllowedShare:0.###} of them may be ({some}). "
            + $"Look at the pictures in '{options.Folder}', and train again or correct what is expected.");
    }

    private OnnxGeneration? LoadActive(TrialRequest request, ReadOutcome? reading, out RuleSet? rules, out string? note)
    {
        (rules, note) = (null, null);
        if (reading is null)
            return null;
        LoadOutcome? outcome = reading.Package is { } package
            ? Load(package, request)
            : null;
        if (outcome?.Generation is { } generation)
        {
            rules = RuleSet.Create(TagChanges.WithoutDead(request.Rules!, generation.Model), generation.Model, out _);
            return generation;
        }
        note = $"The active package could not be loaded to compare with: {(outcome?.Problems ?? reading.Problems)[0]}";
        return null;
    }

    private GoldenReport RunOnGolden(
        IReadOnlyList<GoldenImage> images,
        OnnxGeneration candidate,
        RuleSet rules,
        OnnxGeneration? active,
        RuleSet? activeRules,
        CancellationToken stop,
        out List<string> unreadable)
    {
        unreadable = [];
        using var pool = new FramePool(2);
        List<Prediction> predictions = [];
        var differences = new List<GoldenDifference>();
        int tried = 0, failed = 0, activeFailed = 0, changed = 0;
        foreach (GoldenImage image in images)
        {
            stop.ThrowIfCancellationRequested();
            (Frame? frame, string? problem) = readPicture(image.Path, pool);
            if (frame is null)
            {
                // The report goes into an event and an answer; many entries of one kind say no more than some.
                if (unreadable.Count < MostUnreadable)
                    unreadable.Add($"The golden image {image.Name} can't be read: {problem} Replace or remove it.");
                continue;
            }
            try
            {
                tried++;
                Verdict saw = PageRules.Judge(candidate, rules, frame, predictions, null, out _, out _);
                bool isWrong = !Fits(saw, image);
                failed += isWrong ? 1 : 0;
                string? activeWord = null;
                bool differs = false;
                if (active is not null && activeRules is not null)
                {
                    string? why = Why(saw, predictions);
                    Verdict other = PageRules.Judge(active, activeRules, frame, predictions, null, out _, out _);
                    activeFailed += Fits(other, image) ? 0 : 1;
                    differs = other.Kind != saw.Kind;
                    changed += differs ? 1 : 0;
                    activeWord = Word(other.Kind, other.Kind == VerdictKind.Pass ? null : other.Tag);
                    if ((isWrong || differs) && differences.Count < MostDifferences)
                        differences.Add(
                            new GoldenDifference(image.Name, Word(image.Expected, image.Tag), Word(saw), activeWord, why, isWrong));
                }
                else if (isWrong && differences.Count < MostDifferences)
                {
                    differences.Add(
                        new GoldenDifference(image.Name, Word(image.Expected, image.Tag), Word(saw), null, Why(saw, predictions), true));
                }
            }
            finally
            {
                frame.Release();
            }
        }
        return new GoldenReport(tried, failed, active is null ? null : activeFailed, changed, differences);
    }

    private static bool Fits(in Verdict verdict, GoldenImage image) =>
        verdict.Kind == image.Expected && (image.Tag is null || image.Expected == VerdictKind.Pass || verdict.Tag == image.Tag);

    private static string? Why(in Verdict verdict, List<Prediction> predictions) => verdict.Rule
        ?? (predictions is [{ } best, ..] ? string.Create(CultureInfo.InvariantCulture, $"{best.TagName} {best.Probability:0.00}") : null);

    private static string Word(in Verdict verdict) => Word(verdict.Kind, verdict.Kind == VerdictKind.Pass ? null : verdict.Tag);

    private static string Word(VerdictKind kind, string? tag) => tag is null ? kind.Word() : $"{kind.Word()} ({tag})";

    private static double RunOnBlank(OnnxGeneration generation)
    {
        using var pool = new FramePool(1);
        Frame frame = pool.Rent(1920, 1200);
        try
        {
            frame.Writable.Clear();
            List<Prediction> predictions = [];
            TimeSpan[] times = new TimeSpan[BlankRuns];
            for (int i = 0; i < times.Length; i++)
                times[i] = generation.Predict(frame, predictions).Total;
            Array.Sort(times);
            return Round(times[BlankRuns / 2]);
        }
        finally
        {
            frame.Release();
        }
    }

    private static long WorkingSet()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private static double Round(TimeSpan time) => Math.Round(time.TotalMilliseconds, 1);
}
