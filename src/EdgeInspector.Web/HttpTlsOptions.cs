using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeInspector.Foundation.Certificates;
using EdgeInspector.Foundation.Secrets;

namespace EdgeInspector.Web;

/// <summary>The certificate by which the agent shows callers who it is.</summary>
public sealed record HttpTlsOptions : IValidatableObject
{
    private const string Setting = "Http:Tls:";
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1", AnyUse = "2.5.29.37.0";

    /// <summary>
    /// The certificate, with the intermediates between it and the root: PEM or DER (with <see cref="KeyFile"/>), or PFX. Given: the agent
    /// speaks HTTPS only.
    /// </summary>
    [StringLength(1024, MinimumLength = 1)]
    public string? CertificateFile { get; init; }

    /// <summary>Private key of the certificate, PEM or DER. Not needed when the certificate file holds the key too.</summary>
    [HoldsSecret, StringLength(1024, MinimumLength = 1)]
    public string? KeyFile { get; init; }

    /// <summary>Password of the private key or of the PFX file. Better kept in <see cref="KeyPasswordFile"/>.</summary>
    [PasswordPropertyText(true), StringLength(4096)]
    public string? KeyPassword { get; init; }

    /// <summary>File whose first line is the password of the private key.</summary>
    [HoldsSecret, StringLength(1024, MinimumLength = 1)]
    public string? KeyPasswordFile { get; init; }

    internal bool IsGiven => CertificateFile is not null;

    /// <summary>What keeps the files from being used, or callers from believing them, a sentence; null: nothing. Asks nobody.</summary>
    public string? Fault(DateTimeOffset now)
    {
        try
        {
            using ClientIdentity? identity = Read();
            return identity?.OutOfDate($"{Setting}{nameof(CertificateFile)} {CertificateFile}", now);
        }
        catch (Exception fault) when (fault is CertificateFileException or SecretFileException)
        {
            return fault.Message;
        }
    }

    /// <summary>The certificate with its key and intermediates, or null when none is named. The caller disposes it.</summary>
    /// <exception cref="CertificateFileException">It can't be used.</exception>
    /// <exception cref="SecretFileException">The password of its key can't be read.</exception>
    internal ClientIdentity? Read()
    {
        if (CertificateFile is not { } file)
            return null;
        string? password = KeyPasswordFile is { } secret ? SecretFile.Read(secret, $"{Setting}{nameof(KeyPasswordFile)}") : KeyPassword;
        ClientIdentity identity = ClientIdentity.Read(file, KeyFile, password, Setting);
        // The agent's own certificate for the broker is often one for clients alone.
        if (identity.Certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault() is not { } uses
            || uses.EnhancedKeyUsages.OfType<Oid>().Any(use => use.Value is ServerAuthentication or AnyUse))
            return identity;
        identity.Dispose();
        throw new CertificateFileException(
            $"{Setting}{nameof(CertificateFile)} {file} is no certificate for a server (its extended key usage lacks serverAuth). "
            + "Have one issued for a server, with extendedKeyUsage = serverAuth.");
    }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (KeyPassword is not null && KeyPasswordFile is not null)
            yield return new("Give KeyPassword or KeyPasswordFile, not both.", [nameof(KeyPasswordFile)]);
        if (CertificateFile is null && (KeyFile ?? KeyPassword ?? KeyPasswordFile) is not null)
            yield return new("A key needs its CertificateFile.", [nameof(CertificateFile)]);
    }
}
