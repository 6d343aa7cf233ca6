namespace EdgeInspector.ModelStore.Storage;

/// <summary>A candidate that runs in the shadow.</summary>
/// <param name="Package">Hash of the package.</param>
/// <param name="Name">Name of the package; for people.</param>
/// <param name="Iteration">The trainer's name for the package.</param>
/// <param name="At">Since when the candidate runs, by the wall clock.</param>
/// <param name="Parts">After how many parts the run ends.</param>
public sealed record ShadowStart(string Package, string Name, string? Iteration, DateTimeOffset At, int Parts);
