namespace EdgeInspector.Foundation.Certificates;

/// <summary>One block of a <see cref="PemFile"/>.</summary>
/// <param name="Label">What stands behind <c>BEGIN</c>, or would if it were PEM.</param>
/// <param name="Der">Its content.</param>
/// <param name="IsDer">True when the file is DER: openssl then has to be told so.</param>
internal sealed record PemBlock(string Label, byte[] Der, bool IsDer)
{
    public const string
        Certificate = "CERTIFICATE", OldCertificate = "X509 CERTIFICATE", TrustedCertificate = "TRUSTED CERTIFICATE",
        Key = "PRIVATE KEY", EncryptedKey = "ENCRYPTED PRIVATE KEY", RsaKey = "RSA PRIVATE KEY", EcKey = "EC PRIVATE KEY", DsaKey =
            "DSA PRIVATE KEY",
        SshKey = "OPENSSH PRIVATE KEY", PublicKey = "PUBLIC KEY";

    /// <summary>True for a certificate, whatever OpenSSL calls it.</summary>
    public bool IsCertificate => Label is Certificate or OldCertificate or TrustedCertificate;
}
