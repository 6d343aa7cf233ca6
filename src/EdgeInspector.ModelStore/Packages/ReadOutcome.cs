using EdgeInspector.Inference;

namespace EdgeInspector.ModelStore.Packages;

/// <summary>The result of reading a package.</summary>
/// <param name="Package">The package; null when it was refused.</param>
/// <param name="Problems">Why the package was refused.</param>
public sealed record ReadOutcome(ModelPackage? Package, IReadOnlyList<string> Problems) : PackageOutcome(Problems)
{
    /// <summary>
    /// The recognised files as they came; written into a folder, these files are the same package. Empty when the package was refused.
    /// </summary>
    public IReadOnlyList<PackageFile> Files { get; init; } = [];

    /// <summary>
    /// The detached signature that came with the package, unchecked: the file <c>signature</c> inside, or a file beside the package with
    /// <c>.sig</c> after its name.
    /// </summary>
    public string? Signature { get; init; }
}
