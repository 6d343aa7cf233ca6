using System.ComponentModel.DataAnnotations;

namespace EdgeInspector.Delivery.Connecting;

/// <summary>Encryption of the connection to the broker. The host name is always checked, and there is no way back to plain text.</summary>
public sealed record MqttTlsOptions : TlsOptions
{
    /// <summary>Encrypts the connection.</summary>
    public bool Enabled { get; init; }

    /// <inheritdoc />
    public override IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Enabled && NamesFiles)
            yield return new(
                "Certificates are given, but Enabled is false: the connection would be in plain text. "
                + "Set Enabled to true, or remove the files.",
                [nameof(Enabled)]);
        foreach (ValidationResult result in base.Validate(validationContext))
            yield return result;
    }
}
