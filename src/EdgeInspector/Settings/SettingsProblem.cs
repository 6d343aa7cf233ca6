namespace EdgeInspector.Settings;

/// <summary>One thing to mend in the settings.</summary>
/// <param name="Path">
/// Where, such as <c>Stations:weld-3:Rules:scratch:Threshold</c>; empty when it concerns the settings as a whole.
/// </param>
/// <param name="Explanation">What is wrong and how to mend it; never holds a secret.</param>
internal sealed record SettingsProblem(string Path, string Explanation)
{
    /// <summary>The problem as a sentence for the console and the log, on one line whatever names and values hold.</summary>
    public override string ToString() =>
        string.Concat((Path.Length == 0 ? Explanation : $"{Path}: {Explanation}").Select(letter => char.IsControl(letter) ? ' ' : letter));
}
