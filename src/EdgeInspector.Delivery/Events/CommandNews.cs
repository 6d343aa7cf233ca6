namespace EdgeInspector.Delivery.Events;

/// <summary>A station was paused or resumed, or got other rules; becomes an event of kind <c>command</c>.</summary>
/// <param name="Station">The station's name.</param>
/// <param name="Command">
/// <c>pause</c>, <c>resume</c>, <c>threshold</c>, <c>lapse</c>: other settings have overtaken a threshold; or <c>settings</c>:
/// the settings file has other rules.
/// </param>
/// <param name="At">When, by the wall clock.</param>
/// <param name="Tag">For a threshold: the tag; null: all tags without a threshold of their own.</param>
/// <param name="Threshold">For a threshold: the threshold in force from now on, 0..1; null: the threshold of the settings.</param>
/// <param name="By">Who gave the command.</param>
/// <param name="Why">Why, in a sentence.</param>
public sealed record CommandNews(
    string Station, string Command, DateTimeOffset At, string? Tag, double? Threshold, string? By, string? Why);
