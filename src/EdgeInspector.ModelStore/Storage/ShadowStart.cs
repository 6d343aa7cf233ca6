namespace EdgeInspector.ModelStore.Storage;

/// <summary>A candidate that runs in the shadow.</summary>
/// <param name="Package">Its hash.</param>
/// <param name="Name">Its name; for people.</param>
/// <param name="Iteration">The trainer's name for it.</param>
/// <param name="At">Since when, by the wall clock.</param>
/// <param name="Parts">The run ends after so many parts.</param>
public sealed record ShadowStart(string Package, string Name, string? Iteration, DateTimeOffset At, int Parts);
