namespace EdgeInspector.Hosting;

/// <summary>What became of changed settings.</summary>
/// <param name="Applied">The stations whose rules changed.</param>
/// <param name="NeedsRestart">True when something changed that only takes effect with the next start.</param>
/// <param name="Problems">Why nothing was applied; a sentence each.</param>
internal sealed record SettingsChange(IReadOnlyList<string> Applied, bool NeedsRestart, IReadOnlyList<string> Problems);
