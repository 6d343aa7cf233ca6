namespace EdgeInspector.ModelStore.Signatures;

/// <summary>Whose packages run here: anybody's, or those that one of the keys has signed.</summary>
/// <param name="publicKeyFiles">The keys; none: anybody's.</param>
public sealed class PackageTrust(IReadOnlyList<string> publicKeyFiles)
{
    /// <summary>Why a package must not run, in a sentence; null: it may.</summary>
    /// <param name="hash">Its hash.</param>
    /// <param name="signature">Its detached signature, or null.</param>
    public string? Complaint(string hash, string? signature) =>
        publicKeyFiles.Count == 0 ? null : PackageSignature.Complaint(hash, signature, publicKeyFiles);

    /// <summary>
    /// What a trusted package is called: as its signature says, so that nobody gives it another name by renaming its file.
    /// </summary>
    /// <param name="signature">Its detached signature, of which <see cref="Complaint"/> has no complaint.</param>
    /// <param name="otherwise">What it is called where no key is named, or the signature says nothing of a name.</param>
    public string NameOf(string? signature, string otherwise) =>
        publicKeyFiles.Count == 0 ? otherwise : PackageSignature.NameIn(signature) ?? otherwise;
}
