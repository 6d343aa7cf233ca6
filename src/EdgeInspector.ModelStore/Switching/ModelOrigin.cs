namespace EdgeInspector.ModelStore.Switching;

/// <summary>Who asked for a change, by what way, and why.</summary>
/// <param name="From">
/// By what way the change came: <c>inbox</c>, <c>file</c>, <c>command line</c>, <c>mqtt</c>, <c>sync</c>, <c>agent</c>.
/// </param>
/// <param name="By">Who asked for the change, as far as known.</param>
/// <param name="Why">Why, in a sentence.</param>
public sealed record ModelOrigin(string From, string? By = null, string? Why = null);
