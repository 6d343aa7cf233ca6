using EdgeInspector.Inference;

namespace EdgeInspector.ModelStore.Packages;

/// <summary>What became of reading a package: the package, or every reason why it was refused.</summary>
/// <param name="Package">The package, or null.</param>
/// <param name="Problems">Each a sentence that says what, where and how to mend it; empty when there is a package.</param>
public sealed record PackageReading(ModelPackage? Package, IReadOnlyList<string> Problems)
{
    /// <summary>The recognised files as they came; written into a folder, they are the same package. Empty when it was refused.</summary>
    public IReadOnlyList<PackageFile> Files { get; init; } = [];

    /// <summary>
    /// The detached signature that came with it, unchecked: the file <c>signature</c> inside,
    /// or one beside it with <c>.sig</c> after its name.
    /// </summary>
    public string? Signature { get; init; }
}
