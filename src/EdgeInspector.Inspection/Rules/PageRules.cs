using System.Globalization;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Inspection.Rules;

/// <summary>Judges a part of which one file holds several pictures: each picture is judged, and the worst decides.</summary>
public static class PageRules
{
    /// <summary>Runs the model on a part and judges its predictions.</summary>
    /// <param name="generation">The model.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="frame">The first page; usually the only page.</param>
    /// <param name="predictions">Filled with the predictions of the page that decided; the caller's own list.</param>
    /// <param name="deadline">As in <see cref="IGeneration.Predict"/>.</param>
    /// <param name="timing">Where the time went, for all pages together.</param>
    /// <param name="decided">The page that decided; the caller gets no reference of its own.</param>
    /// <returns>The verdict; where a part has several pages, a rule that fired names its page, from 1.</returns>
    /// <exception cref="PredictionException">The model could not be run on a page.</exception>
    public static Verdict Judge(
        IGeneration generation,
        RuleSet rules,
        Frame frame,
        List<Prediction> predictions,
        long? deadline,
        out PredictionTiming timing,
        out Frame decided)
    {
        timing = generation.Predict(frame, predictions, deadline);
        Verdict worst = rules.JudgePart(predictions);
        decided = frame;
        return frame.NextPage is null ? worst : JudgeFurther(generation, rules, worst, predictions, deadline, ref timing, ref decided);
    }

    private static Verdict JudgeFurther(
        IGeneration generation,
        RuleSet rules,
        Verdict worst,
        List<Prediction> predictions,
        long? deadline,
        ref PredictionTiming timing,
        ref Frame decided)
    {
        List<Prediction> ofWorst = [.. predictions];
        int number = 1, numberOfWorst = 1;
        for (Frame? page = decided.NextPage; page is not null; page = page.NextPage)
        {
            number++;
            timing = timing.With(generation.Predict(page, predictions, deadline));
            Verdict verdict = rules.JudgePart(predictions);
            if (!RuleSet.IsWorse(verdict, worst))
                continue;
            (worst, decided, numberOfWorst) = (verdict, page, number);
            ofWorst = [.. predictions];
        }
        predictions.Clear();
        predictions.AddRange(ofWorst);
        return worst.Rule is null
            ? worst
            : worst with { Rule = string.Create(CultureInfo.InvariantCulture, $"page {numberOfWorst} of {number}: {worst.Rule}") };
    }
}
