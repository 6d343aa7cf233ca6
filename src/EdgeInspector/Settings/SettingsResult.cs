namespace EdgeInspector.Settings;

/// <summary>The result of reading the settings: a value, or everything that must be mended first.</summary>
/// <param name="Value">The settings, validated; null when there is any problem.</param>
/// <param name="Problems">All problems at once; empty when there is a value.</param>
internal sealed record SettingsResult<T>(T? Value, IReadOnlyList<SettingsProblem> Problems)
    where T : class
{
    /// <summary>A result without a value, for a single reason.</summary>
    public static SettingsResult<T> Refused(string reason) => new(null, [new SettingsProblem("", reason)]);
}
