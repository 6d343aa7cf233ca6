namespace EdgeInspector.ModelStore.Proving;

/// <summary>A picture with what it shows, as a person said.</summary>
/// <param name="Path">The file.</param>
/// <param name="Name">The file's path below the given folder, with slashes.</param>
/// <param name="Group">The group in which the picture counts: the folder that says what its pictures show.</param>
/// <param name="Tags">Tags of the package of which the picture shows at least one; empty: the picture shows none of them.</param>
public sealed record LabelledPicture(string Path, string Name, string Group, IReadOnlyList<string> Tags);
