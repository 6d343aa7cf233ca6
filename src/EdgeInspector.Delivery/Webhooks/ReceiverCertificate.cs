using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Foundation.Certificates;
using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Delivery.Webhooks;

/// <summary>
/// TLS to a receiver, as strict as to the broker: the name is checked, only a certificate without any fault that leads to a trusted
/// authority is taken. Remembers in words why one was refused. One connection at a time.
/// </summary>
internal sealed class ReceiverCertificate : IDisposable
{
    // Anybody may have made a certificate that was refused.
    private const int LongestName = 300;

    private readonly Webhook _webhook;
    private readonly TimeProvider _time;
    private readonly X509Certificate2Collection? _authorities;
    private readonly ClientIdentity? _own;

    /// <summary>Reads the files.</summary>
    /// <exception cref="DeliveryException">A file can't be used.</exception>
    public ReceiverCertificate(Webhook webhook, TimeProvider time)
    {
        (_webhook, _time) = (webhook, time);
        string setting = $"{webhook.Setting}{nameof(WebhookOptions.Tls)}:";
        _authorities = Certificates.Authorities(webhook.Options.Tls, setting);
        _own = Certificates.Client(webhook.Options.Tls, setting, time.GetUtcNow());
    }

    /// <summary>Why the last certificate was refused, in a sentence; null while none was.</summary>
    public string? Refusal { get; private set; }

    /// <summary>How connections are encrypted.</summary>
    public SslClientAuthenticationOptions Authentication() => new()
    {
        TargetHost = _webhook.Options.Address.IdnHost,
        // No older versions, even where the system allows them.
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Accept(certificate, chain, errors),
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = _authorities is null ? null : ServerChain.Policy(_authorities),
        // Offline: intermediates that the file does not hold are not fetched from addresses within the certificates.
        ClientCertificateContext = _own is null ? null : SslStreamCertificateContext.Create(_own.Certificate, _own.Others, offline: true),
    };

    public void Dispose() => _own?.Dispose();

    private bool Accept(X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors)
    {
        Refusal = null;
        if (errors == SslPolicyErrors.None)
            return true;
        if (shown is null)
        {
            Refusal = "It showed no certificate.";
            return false;
        }
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(shown.GetRawCertData());
        if (errors == SslPolicyErrors.RemoteCertificateChainErrors && _authorities is not null
            && ServerChain.LeadsTo(certificate, chain, _authorities))
            return true;
        Refusal = Explain(certificate, chain, errors);
        return false;
    }

    private string Explain(X509Certificate2 certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        DateTime now = _time.GetUtcNow().UtcDateTime;
        if (certificate.NotAfter.ToUniversalTime() < now)
            return $"Its certificate expired on {certificate.NotAfter:yyyy-MM-dd}. Have a new one issued, or check this machine's clock.";
        if (certificate.NotBefore.ToUniversalTime() > now)
            return $"Its certificate is only valid from {certificate.NotBefore:yyyy-MM-dd}. Check this machine's clock.";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return $"Its certificate is not for \"{_webhook.Options.Address.IdnHost}\" but for \"{Printable(certificate.Subject)}\". "
                + $"Set {_webhook.Setting}Url to a name that the certificate carries.";
        if (chain is not null && ServerChain.FaultOf(chain, _time, Printable) is { } fault)
            return $"Its certificate can't be trusted: {fault}. Have that certificate issued anew.";
        string issuer = Printable((chain is { ChainElements: [.., var last] } ? last.Certificate : certificate).Issuer);
        return _webhook.Options.Tls.CaFile is { } file
            ? $"Its certificate is not signed by an authority in {file}; its chain ends at \"{issuer}\". Add the certificate of that one."
            : $"Its certificate is not signed by an authority that this machine knows; its chain ends at \"{issuer}\". "
                + $"Set {_webhook.Setting}Tls:CaFile to the certificate of that one.";
    }

    private static string Printable(string name) => PrintableText.Of(name, LongestName);
}
