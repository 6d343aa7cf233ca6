using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using EdgeInspector.Foundation.Secrets;

namespace EdgeInspector.Delivery.Connecting;

/// <summary>Encryption of the connection to the broker. The host name is always checked, and there is no way back to plain text.</summary>
public sealed record MqttTlsOptions : IValidatableObject
{
    /// <summary>Encrypts the connection.</summary>
    public bool Enabled { get; init; }

    /// <summary>
    /// File with the authority (or authorities) that signed the broker's certificate, PEM or DER; an intermediate is enough.
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
    /// Password of the private key or of the PFX file. Better kept in a secret folder,
    /// in <see cref="ClientKeyPasswordFile"/> or in the environment.
    /// </summary>
    [PasswordPropertyText(true), StringLength(4096)]
    public string? ClientKeyPassword { get; init; }

    /// <summary>
    /// File whose first line is the password of the private key. Read at every connection, as the certificate and the key are.
    /// </summary>
    [HoldsSecret, StringLength(1024, MinimumLength = 1)]
    public string? ClientKeyPasswordFile { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Enabled && (CaFile ?? ClientCertificateFile ?? ClientKeyFile) is not null)
            yield return new(
                "Certificates are given, but Enabled is false: the connection would be in plain text. "
                + "Set Enabled to true, or remove the files.",
                [nameof(Enabled)]);
        if (ClientKeyPassword is not null && ClientKeyPasswordFile is not null)
            yield return new("Give ClientKeyPassword or ClientKeyPasswordFile, not both.", [nameof(ClientKeyPasswordFile)]);
        if (ClientKeyFile is not null && ClientCertificateFile is null)
            yield return new("A ClientKeyFile needs its ClientCertificateFile.", [nameof(ClientCertificateFile)]);
    }
}
