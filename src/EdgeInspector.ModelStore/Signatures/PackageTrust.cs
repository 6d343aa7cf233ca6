namespace EdgeInspector.ModelStore.Signatures;

/// <summary>Whose packages run here: anybody's, or only those that one of the keys has signed.</summary>
/// <param name="publicKeyFiles">The keys; none: anybody's packages run.</param>
public sealed class PackageTrust(IReadOnlyList<string> publicKeyFiles)
{
    /// <summary>Why a package must not run, in a sentence; null: the package may run.</summary>
    /// <param name="hash">The package's hash.</param>
    /// <param name="signature">The package's detached signature, or null.</param>
    public string? Complaint(string hash, string? signature) =>
        publicKeyFiles.Count == 0 ? null : PackageSignature.Complaint(hash, signature, publicKeyFiles);

    /// <summary>
    /// The name of a trusted package: as its signature says, so that nobody can give the package another name by renaming its file.
    /// </summary>
    /// <param name="signature">The package's detached signature, of which <see cref="Complaint"/> has no complaint.</param>
    /// <param name="otherwise">The name where no key is named, or the signature does not cover a name.</param>
    public string NameOf(string? signature, string otherwise) =>
        publicKeyFiles.Count == 0 ? otherwise : PackageSignature.NameIn(signature) ?? otherwise;
}
