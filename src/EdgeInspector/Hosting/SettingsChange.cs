namespace EdgeInspector.Hosting;

/// <summary>What became of changed settings.</summary>
/// <param name="Applied">The stations whose rules changed.</param>
/// <param name="AtNextStart">The paths of the settings that changed and only take effect with the next start.</param>
/// <param name="Problems">Why nothing was applied; a sentence each.</param>
internal sealed record SettingsChange(IReadOnlyList<string> Applied, IReadOnlyList<string> AtNextStart, IReadOnlyList<string> Problems);
