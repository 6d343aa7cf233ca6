namespace EdgeInspector.Inference;

/// <summary>The result of loading a package.</summary>
/// <param name="Generation">The generation that runs, owned by the caller; null when the package was refused.</param>
/// <param name="Problems">Why the package was refused.</param>
/// <param name="Notes">What the user should know although the package was loaded, such as a provider that could not be had.</param>
public sealed record LoadOutcome(OnnxGeneration? Generation, IReadOnlyList<string> Problems, IReadOnlyList<string> Notes)
    : PackageOutcome(Problems)
{
    internal static LoadOutcome Refused(params IReadOnlyList<string> problems) => new(null, problems, []);
}
