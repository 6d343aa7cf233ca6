using EdgeInspector.Inspection.Rules;

namespace EdgeInspector.Delivery.RemoteControl;

/// <summary>What was commanded of a station and holds until it is taken back: across restarts, and shown in <c>state</c>.</summary>
/// <param name="Pause">The pause; null while the station inspects.</param>
/// <param name="Thresholds">Thresholds other than those of the settings, at most one for each tag.</param>
/// <param name="Storm">
/// The storm of rejects at which the gate is told to stop; null: there is none. Nobody commanded it, but only a command ends it.
/// </param>
public sealed record Commanded(CommandedPause? Pause, IReadOnlyList<CommandedThreshold> Thresholds, StormStop? Storm = null)
{
    /// <summary>Nothing was commanded.</summary>
    public static Commanded Nothing { get; } = new(null, []);
}

/// <summary>A storm of rejects at which the gate is told to stop.</summary>
/// <param name="At">Since when, by the wall clock.</param>
/// <param name="Why">The alarm, in sentences.</param>
public sealed record StormStop(DateTimeOffset At, string Why);

/// <summary>A pause.</summary>
/// <param name="At">Since when, by the wall clock.</param>
/// <param name="By">Who said so.</param>
/// <param name="Why">Why, in a sentence.</param>
public sealed record CommandedPause(DateTimeOffset At, string? By, string? Why);
