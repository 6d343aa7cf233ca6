using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Inspection.Stations;

/// <summary>
/// A model at work in a station, with the rules resolved against it. The gate is held through each run, so that the model is never freed
/// during a run.
/// </summary>
internal sealed class RunningModel(IGeneration generation, RuleSet rules)
{
    private readonly Lock _gate = new();
    private volatile RuleSet _rules = rules;
    private bool _isRetired;

    public ModelIdentity Identity { get; } = generation.Model;

    /// <summary>The rules. A new set takes over with the next part.</summary>
    public RuleSet Rules
    {
        get => _rules;
        set => _rules = value;
    }

    /// <summary>
    /// Runs the model and judges. False when another model has taken over meanwhile; the caller must then ask that model.
    /// </summary>
    /// <param name="frame">The picture, with its further pages.</param>
    /// <param name="deadline">When the part is due, in ticks of the clock.</param>
    /// <param name="predictions">Filled with the predictions; the caller's own list.</param>
    /// <param name="timing">Where the time went.</param>
    /// <param name="verdict">The verdict.</param>
    /// <param name="decided">The page that decided the verdict.</param>
    /// <exception cref="PredictionException">The model could not be run on this frame.</exception>
    public bool TryJudge(
        Frame frame, long deadline, List<Prediction> predictions, out PredictionTiming timing, out Verdict verdict, out Frame decided)
    {
        lock (_gate)
        {
            if (_isRetired)
            {
                (timing, verdict, decided) = (default, default, frame);
                return false;
            }
            verdict = PageRules.Judge(generation, _rules, frame, predictions, deadline, out timing, out decided);
            return true;
        }
    }

    /// <summary>Asks the run in flight to give up.</summary>
    public void Interrupt() => generation.Interrupt();

    /// <summary>What the last run found conspicuous; null when the model does not tell, or has been retired.</summary>
    public HeatMap? LastHeat()
    {
        lock (_gate)
            return _isRetired ? null : generation.LastHeat();
    }

    /// <summary>Waits for the run in flight; afterwards no run begins. False when the run did not return in time.</summary>
    public bool Retire(TimeSpan patience)
    {
        if (!_gate.TryEnter(patience))
            return false;
        _isRetired = true;
        _gate.Exit();
        return true;
    }
}
