using EdgeInspector.Foundation.Text;
using EdgeInspector.Inference;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Rules;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.ModelStore.Switching;

/// <summary>A model that is loaded, warm and ready to take over.</summary>
/// <param name="Generation">Owned by the holder of this record.</param>
/// <param name="Rules">The station's rules, resolved against the model.</param>
/// <param name="Dropped">Rules that the model does not know, left out because somebody forced the model; a sentence each.</param>
public sealed record LoadedModel(OnnxGeneration Generation, RuleSet Rules, IReadOnlyList<string> Dropped)
{
    /// <summary>What an operator should know while the model runs; null: nothing.</summary>
    public Said? Complaint => Dropped.Count == 0 ? null : SwitchWordings.Forced.Of(string.Join(" ", Dropped));

    /// <summary>Loads a package as a station runs it.</summary>
    /// <param name="package">The package.</param>
    /// <param name="options">How the station runs models.</param>
    /// <param name="before">The model that runs; null for the first one.</param>
    /// <param name="force">True: rules that the package does not know are left out; false: such a package is refused.</param>
    /// <param name="log">The log.</param>
    /// <param name="problems">Why the package can't take over; a sentence each.</param>
    public static LoadedModel? Load(
        ModelPackage package,
        StationModelOptions options,
        ModelIdentity? before,
        bool force,
        ILogger log,
        out IReadOnlyList<string> problems)
    {
        LoadOutcome outcome = GenerationLoader.Load(package, options.Inference, options.Preprocessing, log, options.Detector,
            options.Tiling, options.Optimised, options.Classifier);
        problems = outcome.Problems;
        if (outcome.Generation is not { } generation)
            return null;
        IReadOnlyList<string> dead = TagChanges.Dead(
            options.Rules, before is { Kind: ModelKind.Classifier } ? before.Tags : null, generation.Model);
        RuleOptions rules = dead.Count > 0 && force ? TagChanges.WithoutDead(options.Rules, generation.Model) : options.Rules;
        if ((dead.Count == 0 || force) && RuleSet.Create(rules, generation.Model, out problems) is { } resolved)
            return new LoadedModel(generation, resolved, force ? dead : []);
        problems = dead.Count > 0 ? dead : problems;
        generation.Dispose();
        return null;
    }
}
