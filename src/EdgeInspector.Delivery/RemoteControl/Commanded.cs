using EdgeInspector.Inspection.Rules;

namespace EdgeInspector.Delivery.RemoteControl;

/// <summary>What was commanded of a station and holds until it is taken back: survives restarts, and is shown in <c>state</c>.</summary>
/// <param name="Pause">The pause; null while the station inspects.</param>
/// <param name="Thresholds">Thresholds that replace those of the settings, at most one for each tag.</param>
/// <param name="Storm">
/// The storm of rejects at which the gate is told to stop; null: there is none. Nobody commanded the storm, but only a command ends it.
/// </param>
public sealed record Commanded(CommandedPause? Pause, IReadOnlyList<CommandedThreshold> Thresholds, StormStop? Storm = null)
{
    /// <summary>Nothing was commanded.</summary>
    public static Commanded Nothing { get; } = new(null, []);
}

/// <summary>A storm of rejects at which the gate is told to stop.</summary>
/// <param name="At">Since when there is a storm, by the wall clock.</param>
/// <param name="Why">The alarm, in sentences.</param>
public sealed record StormStop(DateTimeOffset At, string Why);

/// <summary>A pause.</summary>
/// <param name="At">Since when the station is paused, by the wall clock.</param>
/// <param name="By">Who paused the station.</param>
/// <param name="Why">Why, in a sentence.</param>
public sealed record CommandedPause(DateTimeOffset At, string? By, string? Why);
