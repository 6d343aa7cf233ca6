using EdgeInspector.ModelStore.Signatures;
using EdgeInspector.ModelStore.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.ModelStore.Switching;

/// <summary>What the models of all stations share.</summary>
/// <param name="Books">The packages, whose packages may run, and which package runs at which station.</param>
/// <param name="Limits">How models are kept.</param>
/// <param name="Loading">Held by whoever loads or swaps a model, so that never more than one second model is loaded.</param>
/// <param name="Freed">Told after a model was freed, so that its memory can go back to the system.</param>
/// <param name="Time">The clock.</param>
/// <param name="Log">The log.</param>
public sealed record SwitchingContext(
    PackageBooks Books, ModelOptions Limits, SemaphoreSlim Loading, Action Freed, TimeProvider Time, ILogger Log)
{
    /// <summary>The packages.</summary>
    public PackageStore Store => Books.Store;

    /// <summary>Whose packages may run.</summary>
    public PackageTrust Trust => Books.Trust;

    /// <summary>Which package runs at which station.</summary>
    public ActiveFile Active => Books.Active;
}
