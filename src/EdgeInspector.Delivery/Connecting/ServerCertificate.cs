using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;

namespace EdgeInspector.Delivery.Connecting;

/// <summary>Judges the broker's certificate during one connection attempt and remembers in words why it was refused.</summary>
internal sealed class ServerCertificate(MqttOptions options, TimeProvider time)
{
    // A certificate that was refused may be anybody's; its words end up in terminals and logs.
    private const int LongestName = 300, MostNames = 20;

    /// <summary>Why the certificate was refused; null while it was not.</summary>
    public string? Refusal { get; private set; }

    /// <summary>True once the broker has shown a certificate: it speaks TLS.</summary>
    public bool WasShown { get; private set; }

    /// <summary>True only for a certificate without any fault.</summary>
    public bool Accept(MqttClientCertificateValidationEventArgs e)
    {
        WasShown = e.Certificate is not null;
        if (e.SslPolicyErrors == SslPolicyErrors.None)
            return true;
        Refusal = Explain(e);
        return false;
    }

    private string Explain(MqttClientCertificateValidationEventArgs e)
    {
        if (e.Certificate is null)
            return "the broker showed no certificate.";
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(e.Certificate.GetRawCertData());
        DateTime now = time.GetUtcNow().UtcDateTime;
        if (certificate.NotAfter.ToUniversalTime() < now)
            return $"the broker's certificate expired on {certificate.NotAfter:yyyy-MM-dd}. Have a new one issued for the broker, or check this machine's clock.";
        if (certificate.NotBefore.ToUniversalTime() > now)
            return $"the broker's certificate is only valid from {certificate.NotBefore:yyyy-MM-dd}. Check this machine's clock.";
        if (e.SslPolicyErrors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return $"the broker's certificate is not for \"{options.Host}\" but for {Names(certificate)}. "
                + "Set Mqtt:Host to a name that the certificate carries, or have one issued for this name.";
        }
        string signedBy = options.Tls.CaFile is { } file ? $"an authority in Mqtt:Tls:CaFile {file}" : "an authority that this machine knows";
        string details = string.Join("; ", e.Chain?.ChainStatus.Select(status => status.Status.ToString()).Distinct() ?? []);
        return $"the broker's certificate is not signed by {signedBy} (its issuer is \"{PrintableText.Of(certificate.Issuer, LongestName)}\"{(details.Length > 0 ? $"; {details}" : "")}). "
            + "Set Mqtt:Tls:CaFile to the certificate of that issuer.";
    }

    private static string Names(X509Certificate2 certificate)
    {
        string[] names =
        [
            .. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
                .SelectMany(san => san.EnumerateDnsNames().Concat(san.EnumerateIPAddresses().Select(ip => ip.ToString())))
                .Take(MostNames)
                .Select(name => $"\"{PrintableText.Of(name, LongestName)}\""),
        ];
        return names.Length > 0 ? string.Join(", ", names) : $"\"{PrintableText.Of(certificate.Subject, LongestName)}\" (without any host name)";
    }
}
