using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using EdgeInspector.Foundation.Certificates;
using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Delivery.Connecting;

/// <summary>Judges the broker's certificate during one connection attempt and remembers in words why it was refused.</summary>
/// <param name="options">The broker, and the settings that the words name.</param>
/// <param name="authorities">The trusted authorities; null: those that the operating system trusts.</param>
/// <param name="time">The clock.</param>
internal sealed class ServerCertificate(MqttOptions options, X509Certificate2Collection? authorities, TimeProvider time)
{
    // Anybody may have made a certificate that was refused, and its names end up in terminals and logs.
    private const int LongestName = 300, MostNames = 20;

    /// <summary>Why the certificate was refused; null while no certificate was refused.</summary>
    public string? Refusal { get; private set; }

    /// <summary>True once the broker has shown a certificate, which means that it speaks TLS.</summary>
    public bool WasShown { get; private set; }

    /// <summary>True only for a certificate without any fault that leads to a trusted authority.</summary>
    public bool Accept(X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors)
    {
        WasShown = shown is not null;
        if (errors == SslPolicyErrors.None)
            return true;
        if (shown is null)
        {
            Refusal = "the broker showed no certificate.";
            return false;
        }
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(shown.GetRawCertData());
        if (errors == SslPolicyErrors.RemoteCertificateChainErrors && authorities is not null
            && ServerChain.LeadsTo(certificate, chain, authorities))
            return true;
        Refusal = Explain(certificate, chain, errors);
        return false;
    }

    private string Explain(X509Certificate2 certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        DateTime now = time.GetUtcNow().UtcDateTime;
        if (certificate.NotAfter.ToUniversalTime() < now)
            return $"the broker's certificate expired on {certificate.NotAfter:yyyy-MM-dd}. "
                + "Have a new one issued for the broker, or check this machine's clock.";
        if (certificate.NotBefore.ToUniversalTime() > now)
            return $"the broker's certificate is only valid from {certificate.NotBefore:yyyy-MM-dd}. Check this machine's clock.";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return $"the broker's certificate is not for \"{options.Host}\" but for {Names(certificate)}. "
                + $"Set {options.HostSetting} to a name that the certificate carries, or have one issued for this name.";
        }
        if (chain is not null && ServerChain.FaultOf(chain, time, Printable) is { } fault)
            return $"the broker's certificate can't be trusted: {fault}. Have that certificate issued anew, and the broker's below it.";
        return Untrusted(certificate, chain);
    }

    /// <summary>
    /// The only fault is that the chain does not lead to a trusted authority: says where the chain ends, and what is missing.
    /// </summary>
    private string Untrusted(X509Certificate2 certificate, X509Chain? chain)
    {
        X509Certificate2 last = chain is { ChainElements: [.., var end] } ? end.Certificate : certificate;
        string issuer = Printable(last.Issuer);
        bool isItsOwn = last.Subject == last.Issuer;
        string sent = chain is { ChainElements.Count: > 1 }
            ? $"; its chain ends at \"{Printable(last.Subject)}\", issued by \"{issuer}\""
            : "";
        string what = isItsOwn && sent.Length == 0 ? "is signed by itself" : $"its issuer is \"{Printable(certificate.Issuer)}\"{sent}";
        return options.Tls.CaFile is { } file
            ? $"the broker's certificate is not signed by an authority in Mqtt:Tls:CaFile {file} ({what}). Add the certificate "
                + $"of \"{issuer}\" to that file{(isItsOwn ? "" : ", or have the broker send its whole chain, up to what the file holds")}."
            : $"the broker's certificate is not signed by an authority that this machine knows ({what}). "
                + $"Set Mqtt:Tls:CaFile to the certificate of \"{issuer}\".";
    }

    private static string Printable(string name) => PrintableText.Of(name, LongestName);

    private static string Names(X509Certificate2 certificate)
    {
        string[] names =
        [
            .. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
                .SelectMany(san => san.EnumerateDnsNames().Concat(san.EnumerateIPAddresses().Select(ip => ip.ToString())))
                .Take(MostNames)
                .Select(name => $"\"{Printable(name)}\""),
        ];
        return names.Length > 0 ? string.Join(", ", names) : $"\"{Printable(certificate.Subject)}\" (without any host name)";
    }
}
