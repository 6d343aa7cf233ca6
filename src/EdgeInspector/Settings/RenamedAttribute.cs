namespace EdgeInspector.Settings;

/// <summary>An old name of a setting: the old name goes on working, and whoever uses it is told the new one.</summary>
/// <param name="to">The new name, in the same block as the old one.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class RenamedAttribute(string to) : Attribute
{
    /// <summary>The new name, in the same block as the old one.</summary>
    public string To => to;

    /// <summary>The new path of a setting with an old one, such as <c>Stations:s1:Mask</c> for <c>Stations:s1:Tiling:Mask</c>.</summary>
    public string PathFrom(string old) => string.Join(':', [.. old.Split(':')[..^2], to]);
}
