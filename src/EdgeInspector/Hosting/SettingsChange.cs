namespace EdgeInspector.Hosting;

/// <summary>The result of a change of the settings.</summary>
/// <param name="Applied">The stations whose rules changed.</param>
/// <param name="AtNextStart">The paths of changed settings that only take effect with the next start.</param>
/// <param name="Problems">Why nothing was applied; a sentence each.</param>
internal sealed record SettingsChange(IReadOnlyList<string> Applied, IReadOnlyList<string> AtNextStart, IReadOnlyList<string> Problems);
