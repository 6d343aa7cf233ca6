using System.Security.Cryptography;
using System.Text;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Text;

namespace EdgeInspector.ModelStore.Signatures;

/// <summary>
/// The detached signature of a package: ECDSA on the curve P-256 with SHA-256, in DER form (RFC 3279), as base64, over the ASCII line
/// <c>edgeinspector-package HASH NAME\n</c>, where HASH is the package's hash in lower-case hexadecimal digits and NAME, in UTF-8, is the
/// package's name. The name follows the base64 as a line <c>name: NAME</c>. Signatures from before names were signed have neither.
/// <c>openssl dgst -sha256 -sign</c> makes such a signature and <c>-verify</c> checks it.
/// </summary>
public static class PackageSignature
{
    /// <summary>The longest signature that is read, in characters.</summary>
    public const int MostCharacters = 1024;

    /// <summary>The environment variable with the password of an encrypted key.</summary>
    public const string PasswordVariable = "EDGEINSPECTOR_KEY_PASSWORD";

    // Base64 has no colon.
    private const string NameMark = "name:";
    private const int LongestName = 128;

    private const string Curve = "1.2.840.10045.3.1.7";

    /// <summary>The bytes that are signed.</summary>
    /// <param name="hash">The package's hash.</param>
    /// <param name="name">The package's name; null: the signature does not cover a name.</param>
    public static byte[] Statement(string hash, string? name = null) =>
        Encoding.UTF8.GetBytes(name is null ? $"edgeinspector-package {hash}\n" : $"edgeinspector-package {hash} {name}\n");

    /// <summary>The name that a signature covers, whether or not the signature is valid; null: none.</summary>
    public static string? NameIn(string? signature) =>
        signature?.IndexOf(NameMark, StringComparison.Ordinal) is { } at and >= 0 ? signature[(at + NameMark.Length)..].Trim() : null;

    /// <summary>Signs a package.</summary>
    /// <param name="hash">The package's hash.</param>
    /// <param name="privateKeyFile">
    /// PEM; encrypted as PKCS #8 (<c>openssl genpkey -aes256</c>) with the password given, or not encrypted.
    /// </param>
    /// <param name="password">The password of an encrypted key; null: the key is not encrypted.</param>
    /// <param name="name">The package's name from now on, whatever the name of its file; null: the signature does not cover a name.</param>
    /// <exception cref="SignatureException">The key can't be used.</exception>
    public static string Sign(string hash, string privateKeyFile, string? password = null, string? name = null)
    {
        using ECDsa key = Read(privateKeyFile, password);
        try
        {
            string text = Convert.ToBase64String(
                key.SignData(Statement(hash, name), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
            return name is null ? text : $"{text}\n{NameMark} {name}";
        }
        catch (CryptographicException fault)
        {
            throw new SignatureException(
                $"'{privateKeyFile}' holds no private key. Give the private one; the public one only checks.", fault);
        }
    }

    /// <summary>Why a signature does not make a package trusted, in a sentence; null: one of the keys made it.</summary>
    /// <param name="hash">The package's hash.</param>
    /// <param name="signature">The signature as text; null when there is none.</param>
    /// <param name="publicKeyFiles">The trusted keys, PEM; at least one.</param>
    public static string? Complaint(string hash, string? signature, IReadOnlyList<string> publicKeyFiles)
    {
        if (string.IsNullOrWhiteSpace(signature))
            return "It is not signed, and only signed packages are taken here (Models:PublicKeys). "
                + "Have it signed by those who hold the key: EdgeInspector models sign.";
        string? name = NameIn(signature);
        if (name is not null && (name.Length is 0 or > LongestName || PrintableText.Of(name) != name))
            return "The name in its signature can't be one. Sign it again: EdgeInspector models sign.";
        if (name is not null)
            signature = signature[..signature.IndexOf(NameMark, StringComparison.Ordinal)];
        byte[] bytes = new byte[MostCharacters];
        if (signature.Length > MostCharacters
            || !Convert.TryFromBase64String(string.Concat(signature.Where(c => !char.IsWhiteSpace(c))), bytes, out int length))
            return "Its signature is no base64 text of a signature. Sign it again: EdgeInspector models sign.";
        var unusable = new List<string>();
        foreach (string file in publicKeyFiles)
        {
            try
            {
                using ECDsa key = Read(file, null);
                if (key.VerifyData(
                    Statement(hash, name), bytes.AsSpan(0, length), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence))
                    return null;
            }
            catch (SignatureException fault)
            {
                unusable.Add(fault.Message);
            }
            catch (CryptographicException)
            {
                // The text is not in the form of a signature: treated like a signature of somebody else.
            }
        }
        return unusable.Count > 0
            ? $"Its signature can't be checked: {string.Join(" ", unusable)}"
            : "Its signature is not by any of the keys in Models:PublicKeys, or the package was changed after it was signed. "
                + "Do not use it; ask those who hold the key.";
    }

    private static ECDsa Read(string file, string? password)
    {
        string pem;
        try
        {
            pem = File.ReadAllText(file);
        }
        catch (Exception fault) when (DiskFault.Is(fault) || fault is ArgumentException)
        {
            throw new SignatureException($"The key '{file}' can't be read: {fault.Message.TrimEnd('.')}.", fault);
        }
        bool isEncrypted = pem.Contains("-----BEGIN ENCRYPTED PRIVATE KEY-----", StringComparison.Ordinal);
        if (isEncrypted && password is null)
            throw new SignatureException(
                $"The key '{file}' is encrypted. Put its password into the environment variable {PasswordVariable}.");
        var key = ECDsa.Create();
        try
        {
            if (isEncrypted)
                key.ImportFromEncryptedPem(pem, password);
            else
                key.ImportFromPem(pem);
            if (key.ExportParameters(false).Curve.Oid.Value is { } curve && curve != Curve)
                throw new SignatureException($"The key '{file}' is on another curve than P-256. Make one with: "
                    + "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256.");
            return key;
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new SignatureException(
                pem.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal)
                ? $"The key '{file}' is encrypted in the old form of openssl. Make it new: openssl pkcs8 -topk8 -in old.key -out new.key."
                : pem.StartsWith('0') ? $"The key '{file}' is DER, and must be PEM. Convert it: openssl pkey -inform der -in {file} -out "
                    + $"new.key; a public one: openssl pkey -inform der -pubin -in {file} -pubout -out new.pub."
                : isEncrypted ? $"The key '{file}' does not open with the password in {PasswordVariable}, or it is no ECDSA key; "
                    + $"where it is one, write it anew: openssl pkcs8 -topk8 -in {file} -out new.key."
                : $"'{file}' holds no ECDSA key in PEM form. Make one with: "
                    + "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256.",
                fault);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }
}

/// <summary>A key could not be used; the message is for people.</summary>
public sealed class SignatureException(string message, Exception? inner = null) : Exception(message, inner);
