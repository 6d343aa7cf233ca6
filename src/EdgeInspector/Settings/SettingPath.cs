using System.Reflection;

namespace EdgeInspector.Settings;

/// <summary>A single setting that exists.</summary>
/// <param name="Names">The names that lead to the setting.</param>
/// <param name="Property">The property of the setting.</param>
internal sealed record SettingPath(IReadOnlyList<string> Names, PropertyInfo Property)
{
    /// <summary>The path of the setting, for people.</summary>
    public string Path => string.Join(':', Names);

    /// <summary>The names of the setting that names the file of this secret.</summary>
    public IReadOnlyList<string> FileNames => [.. Names.SkipLast(1), Names[^1] + "File"];
}
