namespace EdgeInspector.ModelStore.Proving;

/// <summary>A picture of which a person said what it shows.</summary>
/// <param name="Path">The file.</param>
/// <param name="Name">Its path below the folder that was given, with slashes.</param>
/// <param name="Group">What pictures are counted by: the folder that said what they show.</param>
/// <param name="Tags">Tags of the package of which the picture shows at least one; empty: it shows none of them.</param>
public sealed record LabelledPicture(string Path, string Name, string Group, IReadOnlyList<string> Tags);
