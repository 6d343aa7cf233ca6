using EdgeInspector.ModelStore.Signatures;
using EdgeInspector.ModelStore.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeInspector.ModelStore.Switching;

/// <summary>What the models of all stations share.</summary>
/// <param name="Store">The packages.</param>
/// <param name="Trust">Whose packages may run.</param>
/// <param name="Active">Which package runs at which station.</param>
/// <param name="Limits">How models are kept.</param>
/// <param name="Loading">Never more than one second model is loaded: whoever loads or swaps holds it.</param>
/// <param name="Freed">Told after a model was freed, so that its memory can go back to the system.</param>
/// <param name="Time">The clock.</param>
/// <param name="Log">The log.</param>
public sealed record SwitchingContext(
    PackageStore Store,
    PackageTrust Trust,
    ActiveFile Active,
    ModelOptions Limits,
    SemaphoreSlim Loading,
    Action Freed,
    TimeProvider Time,
    ILogger Log);
