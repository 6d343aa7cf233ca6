using EdgeInspector.Inference;
using EdgeInspector.ModelStore.Trials;

namespace EdgeInspector.ModelStore.Proving;

/// <summary>
/// Finds out which reading of a package fits labelled pictures: tries all possible readings, and compares the best with the one in force.
/// Helps with exports that give another result on the line than in the portal.
/// </summary>
/// <param name="readPicture">Reads pictures.</param>
public sealed class Prover(ReadPicture readPicture)
{
    // Few packages have numbers that are no probabilities; their possible meanings are tried only with the best of the other readings.
    private const int TriedWithEachScore = 3;

    /// <summary>
    /// The tags of the package, for the search for labelled pictures; null with the problems where the package can't be loaded in any
    /// reading.
    /// </summary>
    public static PackageTruth? TruthOf(ModelPackage package, TrialRequest request, out IReadOnlyList<string> problems)
    {
        using OnnxGeneration? generation = LoadAny(new ReadingRuns(package, request, (_, _) => default), request, out problems, out _);
        return generation is null ? null : new PackageTruth(generation.Model, request.Rules);
    }

    /// <summary>Tries the readings on the calling thread.</summary>
    /// <param name="package">The package.</param>
    /// <param name="request">How the station runs it.</param>
    /// <param name="truth">The package's tags.</param>
    /// <param name="labelled">The pictures.</param>
    /// <param name="step">Called with the share of the work that is done, 0..1.</param>
    /// <param name="stop">Ends the work between two pictures.</param>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public Proof Run(
        ModelPackage package, TrialRequest request, PackageTruth truth, IReadOnlyList<LabelledPicture> labelled, Action<double> step,
        CancellationToken stop)
    {
        var runs = new ReadingRuns(package, request, readPicture);
        // Holds the session, so that all readings share that session.
        using OnnxGeneration? any = LoadAny(runs, request, out IReadOnlyList<string> problems, out string? refusal);
        if (any is null)
            return new Proof { Problems = problems };
        NetworkReading known = any.Reading;
        List<LabelledPicture> pictures = [.. labelled];

        List<ReadingRun> results = runs.Run(
            PossibleReadings.Around(known, any.Input), pictures, any.Input, share => step(share * 0.9), stop);
        if (pictures.Count == 0)
            return new Proof { Unreadable = runs.Unreadable, Problems = ["No picture could be read."] };
        if (known.Scores == ScoreKind.Probabilities && results[0].Problem is { } noProbability)
        {
            // A number beyond 0..1 is no probability: all readings run once more, with the function that may be missing.
            refusal ??= noProbability;
            known = known with { Scores = ScoreKind.Softmax };
            results = runs.Run(PossibleReadings.Around(known, any.Input), pictures, any.Input, share => step(share * 0.9), stop);
        }
        if (known.Scores is not (null or ScoreKind.Probabilities))
        {
            List<NetworkReading> other = [.. OtherScores(Score(results, pictures, truth, runs.IsInTiles), refusal is null ? known : null)];
            results.AddRange(runs.Run(other, pictures, any.Input, share => step(0.9 + (share * 0.1)), stop));
        }
        step(1);
        string words = refusal ?? any.Description.Preprocessing
            + (known.Scores is null or ScoreKind.Probabilities ? "" : $", scores {ReadingWords.Scores(known)}");
        return Judge(Score(results, pictures, truth, runs.IsInTiles), refusal is null ? any.Reading : null, pictures) with
        {
            Unreadable = runs.Unreadable,
            InForceWords = words,
        };
    }

    /// <summary>The package in the reading in force, or, where that is refused, in any reading that runs.</summary>
    private static OnnxGeneration? LoadAny(ReadingRuns runs, TrialRequest request, out IReadOnlyList<string> problems, out string? refusal)
    {
        LoadOutcome inForce = runs.Load(request.Preprocessing, request.Classifier.Scores);
        (problems, refusal) = (inForce.Problems, inForce.Problems.Count == 0 ? null : inForce.Problems[0]);
        if (inForce.Generation is not null)
            return inForce.Generation;
        PreprocessingOptions plain = request.Preprocessing with
        {
            ColourOrder = ColourOrder.Rgb,
            Range = ValueRange.ZeroToOne,
            Mean = [0, 0, 0],
            Std = [1, 1, 1],
            Crop = CropMethod.NoCrop,
            Resize = ResizeMethod.Stretch,
        };
        return runs.Load(plain, null).Generation ?? runs.Load(plain, ScoreKind.Softmax).Generation
            ?? runs.Load(plain with { TargetWidth = plain.TargetWidth ?? 224, TargetHeight = plain.TargetHeight ?? 224 }, null).Generation;
    }

    /// <summary>The best readings and the one in force, with the scores read in the other ways.</summary>
    private static IEnumerable<NetworkReading> OtherScores(List<ReadingScore> scores, NetworkReading? inForce) =>
        from reading in scores.Where(score => score.Problem is null).Take(TriedWithEachScore).Select(score => score.Reading)
            .Append(inForce).OfType<NetworkReading>()
            .DistinctBy(reading => reading.Preprocessing)
        from kind in Enum.GetValues<ScoreKind>()
        where kind != reading.Scores
        select reading with { Scores = kind };

    /// <summary>The readings best first; those that can't be run last.</summary>
    private static List<ReadingScore> Score(
        IReadOnlyList<ReadingRun> runs, IReadOnlyList<LabelledPicture> pictures, PackageTruth truth, bool isInTiles)
    {
        // All readings are judged in one way: otherwise their numbers could not be compared. In half precision a sum may differ from 1 by
        // so much.
        bool isOneTag = truth.IsClassifier && runs.All(run => run.Problem is not null || AddsUpToOne(run));
        var scoring = new Scoring(truth, isOneTag, !truth.IsClassifier || isInTiles);
        List<ReadingScore> scores = [];
        foreach (ReadingRun run in runs)
        {
            if (run.Problem is not null)
            {
                scores.Add(new ReadingScore(run.Reading, 0, double.NegativeInfinity, [], run.Problem));
                continue;
            }
            List<bool> right = [.. run.Probabilities.Zip(pictures, (tags, picture) => scoring.IsRight(tags, picture))];
            List<double> likely = [.. run.Probabilities.Zip(pictures, (tags, picture) => scoring.LogLikelihood(tags, picture))];
            int same = scores.FindIndex(score => score.Says(run));
            if (same >= 0)
            {
                scores[same] = scores[same] with { Alike = [.. scores[same].Alike, run.Reading] };
            }
            else
            {
                scores.Add(new ReadingScore(run.Reading, right.Count(one => one), likely.Average(), [], null)
                {
                    RightOn = right,
                    LogLikelihoods = likely,
                    Run = run,
                });
            }
        }
        return
        [
            .. scores.OrderBy(score => score.Problem is not null)
                .ThenByDescending(score => score.Right)
                .ThenByDescending(score => score.MeanLogLikelihood),
        ];
    }

    private static bool AddsUpToOne(ReadingRun run) => run.Probabilities.All(tags => Math.Abs(tags.Sum() - 1) < 0.02f);

    private static Proof Judge(List<ReadingScore> scores, NetworkReading? known, List<LabelledPicture> pictures)
    {
        List<ReadingScore> ran = [.. scores.Where(score => score.Problem is null)];
        ReadingScore? inForce = known is null
            ? null
            : scores.Find(score => score.Alike.Prepend(score.Reading).Any(reading => PossibleReadings.IsSame(reading, known)));
        if (ran.Count == 0)
            return new Proof { Problems = [$"No reading of the package can be run: {scores[0].Problem}"] };
        int others = Math.Max(1, ran.Count - 1);
        (ReadingScore best, Comparison? difference, ReadingScore? proposed) = (ran[0], null, null);
        if (inForce is { Problem: null })
        {
            // The first reading that is better by more than chance; if there is none, the first of all, which may be better by chance.
            (ReadingScore Score, Comparison Difference)[] compared =
                [.. ran.Where(score => score != inForce).Select(score => (score, Comparison.Of(score, inForce, others)))];
            if (compared.FirstOrDefault(pair => pair.Difference.IsClear) is { Score: { } clear } found)
            {
                List<ReadingScore> better = [.. compared.Where(pair => pair.Difference.IsClear).Select(pair => pair.Score)];
                (best, difference, proposed) = (clear, found.Difference, Least(better, inForce));
            }
            else if (best != inForce)
            {
                difference = Comparison.Of(best, inForce, others);
            }
        }
        bool beatsGuessing = BeatsGuessing(best, pictures, ran.Count);
        return new Proof
        {
            Pictures = pictures.Count,
            Readings = ran,
            InForce = inForce,
            Best = best,
            Proposed = proposed ?? best,
            Difference = difference,
            BeatsGuessing = beatsGuessing,
            AnotherFitsBetter = difference is null ? inForce is not { Problem: null } && beatsGuessing : difference.IsClear,
            FewestPictures = Comparison.FewestPictures(others),
        };
    }

    /// <summary>
    /// Among the best reading, which comes first, and those that are right as often and no less sure, the one that changes the fewest
    /// points of the reading in force.
    /// </summary>
    private static ReadingScore Least(List<ReadingScore> clear, ReadingScore inForce) => clear
        .Where(score => score == clear[0] || (score.Right == clear[0].Right && !Comparison.Of(clear[0], score, 1).IsClear))
        .MinBy(score => ReadingWords.Changes(score.Reading, inForce.Reading))!;

    /// <summary>Whether the best reading is right more often than somebody who says of every picture what most pictures show.</summary>
    private static bool BeatsGuessing(ReadingScore best, List<LabelledPicture> pictures, int readings)
    {
        int most = pictures.GroupBy(picture => string.Join('\n', picture.Tags)).Max(group => group.Count());
        return most == pictures.Count
            ? best.Right > 0
            : readings * Chance.AtLeast(pictures.Count, best.Right, (double)most / pictures.Count) < Comparison.Significant;
    }
}
