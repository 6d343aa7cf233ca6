namespace EdgeInspector.Inspection.Rules;

/// <summary>A threshold that somebody commanded while the station runs.</summary>
/// <param name="Tag">The tag; null: the threshold of all tags without one of their own.</param>
/// <param name="Threshold">From which probability on the tag counts, 0..1.</param>
/// <param name="InSettings">
/// What the settings said when the threshold was commanded; null: the settings named no threshold for this tag.
/// </param>
/// <param name="At">Since when, by the wall clock.</param>
/// <param name="By">Who commanded the threshold.</param>
/// <param name="Why">Why the threshold was commanded, in a sentence.</param>
public sealed record CommandedThreshold(string? Tag, double Threshold, double? InSettings, DateTimeOffset At, string? By, string? Why);
