using EdgeInspector.Inference;
using EdgeInspector.ModelStore.Storage;

namespace EdgeInspector.ModelStore.Switching;

/// <summary>The result of loading the model with which a station starts.</summary>
/// <param name="Model">The model, loaded and warm; owned by the caller. Null when nothing can be loaded.</param>
/// <param name="Complaints">What an operator should know although a model runs: that the model is not the intended one, and why.</param>
/// <param name="Problems">Why nothing runs.</param>
public sealed record StartOutcome(LoadedModel? Model, IReadOnlyList<string> Complaints, IReadOnlyList<string> Problems)
    : PackageOutcome(Problems)
{
    /// <summary>The rollback at this start, for an event; null: there was none.</summary>
    public ModelChange? WayBack { get; init; }
}
