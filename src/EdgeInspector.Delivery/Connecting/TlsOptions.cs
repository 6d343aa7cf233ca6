using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using EdgeInspector.Foundation.Secrets;

namespace EdgeInspector.Delivery.Connecting;

/// <summary>Whom the agent trusts at the other end of an encrypted connection, and by what it shows who it is itself.</summary>
public abstract record TlsOptions : IValidatableObject
{
    /// <summary>
    /// File with the authority (or authorities) that signed the server's certificate, PEM or DER; an intermediate is enough.
    /// Empty: the operating system's own list.
    /// </summary>
    [StringLength(1024, MinimumLength = 1)]
    public string? CaFile { get; init; }

    /// <summary>
    /// Certificate by which the agent shows who it is, with the intermediates between it and the root, which are sent too:
    /// PEM or DER (with <see cref="ClientKeyFile"/>), or PFX.
    /// </summary>
    [StringLength(1024, MinimumLength = 1)]
    public string? ClientCertificateFile { get; init; }

    /// <summary>Private key of the client certificate, PEM or DER. Not needed when the certificate file holds the key too.</summary>
    [HoldsSecret, StringLength(1024, MinimumLength = 1)]
    public string? ClientKeyFile { get; init; }

    /// <summary>
    /// Password of the private key or of the PFX file. Better kept in a secret folder, in <see cref="ClientKeyPasswordFile"/> or in the
    /// environment.
    /// </summary>
    [PasswordPropertyText(true), StringLength(4096)]
    public string? ClientKeyPassword { get; init; }

    /// <summary>
    /// File whose first line is the password of the private key. Read at every connection, as the certificate and the key are.
    /// </summary>
    [HoldsSecret, StringLength(1024, MinimumLength = 1)]
    public string? ClientKeyPasswordFile { get; init; }

    /// <summary>True when any file is named.</summary>
    internal bool NamesFiles => (CaFile ?? ClientCertificateFile ?? ClientKeyFile) is not null;

    /// <inheritdoc />
    public virtual IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ClientKeyPassword is not null && ClientKeyPasswordFile is not null)
            yield return new("Give ClientKeyPassword or ClientKeyPasswordFile, not both.", [nameof(ClientKeyPasswordFile)]);
        if (ClientKeyFile is not null && ClientCertificateFile is null)
            yield return new("A ClientKeyFile needs its ClientCertificateFile.", [nameof(ClientCertificateFile)]);
    }
}
