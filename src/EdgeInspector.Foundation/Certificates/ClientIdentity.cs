using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeInspector.Foundation.Certificates;

/// <summary>
/// By what a client, or a server, shows who it is: a certificate with its key, and the certificates between it and the authority's root.
/// </summary>
public sealed class ClientIdentity : IDisposable
{
    // Firefox and NSS stretch a password a million times; .NET stops at 300,000 unless it is told that the file is our own.
    private const int MostIterations = 5_000_000;

    private static readonly Pkcs12LoaderLimits Limits = new()
    {
        MacIterationLimit = MostIterations,
        IndividualKdfIterationLimit = MostIterations,
        TotalKdfIterationLimit = 4 * MostIterations,
    };

    private ClientIdentity(X509Certificate2 certificate, X509Certificate2Collection others)
    {
        (Certificate, Others) = (certificate, others);
    }

    /// <summary>The certificate with its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>What else the file held: the intermediates, in any order.</summary>
    public X509Certificate2Collection Others { get; }

    /// <summary>True when the file also holds the certificate of who issued it.</summary>
    public bool HoldsIssuer => Others.Any(other => other.SubjectName.RawData.AsSpan().SequenceEqual(Certificate.IssuerName.RawData));

    /// <summary>Why nobody believes the certificate now, a sentence with what to do; null: it is valid.</summary>
    /// <param name="called">What the certificate is called in the sentence, with its file.</param>
    /// <param name="now">The time.</param>
    public string? OutOfDate(string called, DateTimeOffset now) => Certificate.NotAfter.ToUniversalTime() < now.UtcDateTime
        ? $"{called} expired on {Certificate.NotAfter:yyyy-MM-dd}. Have a new one issued."
        : Certificate.NotBefore.ToUniversalTime() > now.UtcDateTime
            ? $"{called} is only valid from {Certificate.NotBefore:yyyy-MM-dd}. Check this machine's clock."
        : null;

    /// <summary>Reads it.</summary>
    /// <param name="file">
    /// Certificates as PEM (the client's own and the intermediates, in any order) or DER, or all in a PKCS #12 store
    /// (PFX); by content, not by name.
    /// </param>
    /// <param name="keyFile">The private key, where it does not lie in <paramref name="file"/>; null: it does.</param>
    /// <param name="password">Of the key or the store; one that is not needed is no fault.</param>
    /// <param name="setting">
    /// The settings' names up to those of the files, for messages: <c>Mqtt:Tls:Client</c>, before <c>CertificateFile</c>,
    /// <c>KeyFile</c>, <c>KeyPasswordFile</c>.
    /// </param>
    /// <exception cref="CertificateFileException">A file can't be used.</exception>
    public static ClientIdentity Read(string file, string? keyFile, string? password, string setting)
    {
        string passwordSetting = $"{setting}KeyPasswordFile or {setting}KeyPassword";
        PemFile certificates = PemFile.Read(file, $"{setting}CertificateFile");
        PemFile? own = keyFile is null ? null : PemFile.Read(keyFile, $"{setting}KeyFile");
        if (certificates.Pkcs12 is { } store)
            return FromStore(Open(store, file, password, passwordSetting), file, own, password, passwordSetting, setting);
        // A store as the key's file: with the certificate in it.
        if (own?.Pkcs12 is { } keyStore)
            return FromStore(Open(keyStore, keyFile!, password, passwordSetting), keyFile!, null, password, passwordSetting, setting).With(
                CertificateFile.Of(certificates));
        X509Certificate2Collection all = CertificateFile.Of(certificates);
        using AsymmetricAlgorithm key = PrivateKey.Find(own ?? certificates, password, passwordSetting)
            ?? throw new CertificateFileException(own is null
                ? $"{setting}CertificateFile {file} holds no private key. "
                    + $"Set {setting}KeyFile to the file with the key that the certificate was issued for."
                : $"{setting}KeyFile {keyFile} holds no private key. It must be a PEM file with \"-----BEGIN PRIVATE KEY-----\", or DER.");
        return Join(all, key, file, keyFile ?? file, setting);
    }

    public void Dispose()
    {
        Certificate.Dispose();
        foreach (X509Certificate2 other in Others)
            other.Dispose();
    }

    private ClientIdentity With(X509Certificate2Collection more)
    {
        Others.AddRange(more);
        return this;
    }

    private static ClientIdentity FromStore(
        X509Certificate2Collection all, string file, PemFile? keyFile, string? password, string passwordSetting, string setting)
    {
        if (all.FirstOrDefault(one => one.HasPrivateKey) is { } own)
        {
            if (KeyCurve.IsWrittenOut(own))
                throw new CertificateFileException(
                    $"{WrittenOut(own, file)} Have one issued for another key; a new key and the request for it: {KeyCurve.NewKey}.");
            all.Remove(own);
            return new ClientIdentity(own, all);
        }
        using AsymmetricAlgorithm? key = keyFile is null ? null : PrivateKey.Find(keyFile, password, passwordSetting);
        return key is not null ? Join(all, key, file, keyFile!.Path, setting) : throw new CertificateFileException(
            $"{setting}CertificateFile {file} is a PKCS #12 store (PFX) without a private key. "
            + $"Export it again with its key, or set {setting}KeyFile.");
    }

    private static X509Certificate2Collection Open(byte[] store, string file, string? password, string passwordSetting)
    {
        CryptographicException? first = null;
        // A store without a password may have been given one here all the same, and an empty one may be none.
        foreach (string? attempt in new[] { password, null }.Distinct())
        {
            try
            {
                return X509CertificateLoader.LoadPkcs12Collection(store, attempt, X509KeyStorageFlags.DefaultKeySet, Limits);
            }
            catch (CryptographicException fault)
            {
                first ??= fault;
                if (PrivateKey.NotUsable(file, fault) is { } unusable)
                    throw unusable;
            }
        }
        throw new CertificateFileException(
            string.IsNullOrEmpty(password)
                ? $"{file} is a PKCS #12 store (PFX) that does not open without a password. Give it: {passwordSetting}."
                : $"{file} is a PKCS #12 store (PFX) that does not open with the password given ({first!.Message.TrimEnd('.')}). "
                    + $"Check {passwordSetting}. Where the password is right, "
                    + $"take the store apart and name the new file in its place: openssl pkcs12 -in {file} -legacy -nodes -out new.pem.",
            first);
    }

    /// <summary>
    /// What to say when a certificate was issued for the key, but tells its curve in another way; null when that is not so.
    /// </summary>
    private static CertificateFileException? WrittenOut(X509Certificate2Collection all, AsymmetricAlgorithm key, string file)
    {
        if (key is not ECDsa ec)
            return null;
        ECPoint point = ec.ExportParameters(false).Q;
        // Uncompressed, as SEC 1 writes a point: 4, x, y.
        byte[] uncompressed = [4, .. point.X!, .. point.Y!];
        return all.FirstOrDefault(
            one => KeyCurve.IsWrittenOut(one) && one.PublicKey.EncodedKeyValue.RawData.AsSpan().SequenceEqual(uncompressed)) is { } written
            ? new CertificateFileException($"{WrittenOut(written, file)} Have one issued for the same key; the request for it: "
                + "openssl req -new -key new.key -out new.csr -subj /CN=NAME.")
            : null;
    }

    private static string WrittenOut(X509Certificate2 certificate, string file) =>
        $"The certificate \"{certificate.Subject}\" in {file} has the curve of its key written out instead of named (explicit parameters), "
        + "which can't be used here.";

    private static ClientIdentity Join(X509Certificate2Collection all, AsymmetricAlgorithm key, string file, string keyFile, string setting)
    {
        byte[] publicKey = key.ExportSubjectPublicKeyInfo();
        X509Certificate2 own = all.FirstOrDefault(one => one.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(publicKey))
            ?? throw WrittenOut(all, key, file) ?? new CertificateFileException(
                $"The key in {keyFile} does not belong to {(all.Count == 1 ? "the certificate" : "any of the certificates")} in {file}. "
                + $"Set {setting}KeyFile to the key that \"{all[0].Subject}\" was issued for.");
        all.Remove(own);
        using (own)
        {
            X509Certificate2 whole = key switch
            {
                RSA rsa => own.CopyWithPrivateKey(rsa),
                ECDsa ec => own.CopyWithPrivateKey(ec),
                _ => throw new NotSupportedException(key.GetType().Name),
            };
            if (!OperatingSystem.IsWindows())
                return new ClientIdentity(whole, all);
            // Windows' TLS can't use a key that lives in memory only: it must have been imported.
            using (whole)
                return new ClientIdentity(X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null), all);
        }
    }
}
