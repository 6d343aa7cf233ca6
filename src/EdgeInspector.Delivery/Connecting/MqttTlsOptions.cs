using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using EdgeInspector.Inspection.Secrets;

namespace EdgeInspector.Delivery.Connecting;

/// <summary>Encryption of the connection to the broker. The host name is always checked, and there is no way back to plain text.</summary>
public sealed record MqttTlsOptions : IValidatableObject
{
    /// <summary>Encrypts the connection.</summary>
    public bool Enabled { get; init; }

    /// <summary>PEM file with the authority (or authorities) that signed the broker's certificate. Empty: the operating system's own list.</summary>
    [StringLength(1024, MinimumLength = 1)]
    public string? CaFile { get; init; }

    /// <summary>Certificate by which the agent shows who it is: PEM (with <see cref="ClientKeyFile"/>), or PFX (ending <c>.pfx</c> or <c>.p12</c>).</summary>
    [StringLength(1024, MinimumLength = 1)]
    public string? ClientCertificateFile { get; init; }

    /// <summary>Private key of the client certificate, PEM. Not needed when the certificate file holds the key too.</summary>
    [HoldsSecret, StringLength(1024, MinimumLength = 1)]
    public string? ClientKeyFile { get; init; }

    /// <summary>Password of the private key or of the PFX file. Better kept in a secret folder, in <see cref="ClientKeyPasswordFile"/> or in the environment.</summary>
    [PasswordPropertyText(true), StringLength(4096)]
    public string? ClientKeyPassword { get; init; }

    /// <summary>File whose first line is the password of the private key. Read at every connection, as the certificate and the key are.</summary>
    [HoldsSecret, StringLength(1024, MinimumLength = 1)]
    public string? ClientKeyPasswordFile { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Enabled && (CaFile ?? ClientCertificateFile ?? ClientKeyFile) is not null)
            yield return new("Certificates are given, but Enabled is false: the connection would be in plain text. Set Enabled to true, or remove the files.", [nameof(Enabled)]);
        if (ClientKeyPassword is not null && ClientKeyPasswordFile is not null)
            yield return new("Give ClientKeyPassword or ClientKeyPasswordFile, not both.", [nameof(ClientKeyPasswordFile)]);
        if (ClientKeyFile is not null && ClientCertificateFile is null)
            yield return new("A ClientKeyFile needs its ClientCertificateFile.", [nameof(ClientCertificateFile)]);
    }
}
