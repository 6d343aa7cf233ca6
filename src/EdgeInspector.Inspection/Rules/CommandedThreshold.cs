namespace EdgeInspector.Inspection.Rules;

/// <summary>A threshold that somebody commanded while the station runs.</summary>
/// <param name="Tag">The tag; null: the threshold of all tags without one of their own.</param>
/// <param name="Threshold">From which probability it counts, 0..1.</param>
/// <param name="InSettings">What the settings said instead when it was commanded; null: they named none for this tag.</param>
/// <param name="At">Since when, by the wall clock.</param>
/// <param name="By">Who said so.</param>
/// <param name="Why">Why, in a sentence.</param>
public sealed record CommandedThreshold(string? Tag, double Threshold, double? InSettings, DateTimeOffset At, string? By, string? Why);
