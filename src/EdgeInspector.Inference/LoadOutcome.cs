namespace EdgeInspector.Inference;

/// <summary>What became of loading a package: a generation that runs, owned by the caller, or the reasons why there is none.</summary>
/// <param name="Generation">The generation, or null when the package was refused.</param>
/// <param name="Problems">Why it was refused, each a sentence that says what, where and how to mend it; empty when it was loaded.</param>
/// <param name="Notes">What the user should know although it was loaded, such as a provider that could not be had.</param>
public sealed record LoadOutcome(OnnxGeneration? Generation, IReadOnlyList<string> Problems, IReadOnlyList<string> Notes)
{
    internal static LoadOutcome Refused(params IReadOnlyList<string> problems) => new(null, problems, []);
}
