using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeInspector.Foundation.Certificates;

/// <summary>
/// Follows a server's certificate to the authorities that a setting names.
/// Each of them is trusted by itself, as OpenSSL's partial chains do: an intermediate is enough, its root need not be there.
/// What lies below it must be without any fault; names are the caller's to check.
/// </summary>
public static class ServerChain
{
    private const X509ChainStatusFlags NotToARoot = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain;

    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    /// <summary>
    /// True when the certificate was issued, step by step, by one of the authorities, or is one of them, and no certificate on the way has
    /// a fault.
    /// </summary>
    /// <param name="server">The server's certificate.</param>
    /// <param name="sent">What came with it; null: nothing.</param>
    /// <param name="authorities">Who is trusted.</param>
    public static bool LeadsTo(X509Certificate2 server, X509Chain? sent, X509Certificate2Collection authorities)
    {
        using var chain = new X509Chain();
        Set(chain.ChainPolicy, authorities);
        chain.ChainPolicy.ApplicationPolicy.Add(ServerAuthentication);
        chain.ChainPolicy.ExtraStore.AddRange(authorities);
        if (sent is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
            foreach (X509ChainElement element in sent.ChainElements)
                chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }
        if (chain.Build(server))
            return true;
        DateTime now = DateTime.Now;
        for (int depth = 0; depth < chain.ChainElements.Count; depth++)
        {
            X509ChainElement element = chain.ChainElements[depth];
            X509Certificate2 certificate = element.Certificate;
            // The last one of a chain without a root is not looked at by OpenSSL: its dates,
            // and that it may issue at all, are checked here.
            if (element.ChainElementStatus.Any(fault => (fault.Status & ~NotToARoot) != 0) || certificate.NotAfter < now
                || certificate.NotBefore > now)
                return false;
            if (depth > 0
                && !certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(constraints => constraints.CertificateAuthority))
                return false;
            if (authorities.Any(authority => authority.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span)))
                return true;
        }
        return false;
    }

    /// <summary>
    /// Trusts these authorities and no others. Revocation is not asked for: line networks rarely reach a list, and a missing internet must
    /// not stop a line.
    /// </summary>
    public static X509ChainPolicy Policy(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy();
        Set(policy, authorities);
        return policy;
    }

    /// <summary>
    /// The first fault on the way that no other authority would mend, in a sentence without the end;
    /// null when only the authority is missing.
    /// </summary>
    /// <param name="chain">As it was judged.</param>
    /// <param name="time">The clock.</param>
    /// <param name="show">Makes a name from a certificate fit to be shown.</param>
    public static string? FaultOf(X509Chain chain, TimeProvider time, Func<string, string> show)
    {
        DateTime now = time.GetUtcNow().UtcDateTime;
        foreach (X509ChainElement element in chain.ChainElements)
        {
            X509ChainStatusFlags faults = element.ChainElementStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status)
                & ~NotToARoot;
            X509Certificate2 certificate = element.Certificate;
            // OpenSSL looks at no dates of the last one in a chain without a root.
            if (certificate.NotAfter.ToUniversalTime() < now || certificate.NotBefore.ToUniversalTime() > now)
                faults |= X509ChainStatusFlags.NotTimeValid;
            if (faults == 0)
                continue;
            string name = $"\"{show(certificate.Subject)}\"";
            if (faults.HasFlag(X509ChainStatusFlags.NotTimeValid))
            {
                return certificate.NotAfter.ToUniversalTime() < now
                    ? $"the certificate of {name} in its chain expired on {certificate.NotAfter:yyyy-MM-dd}"
                    : $"the certificate of {name} in its chain is only valid from {certificate.NotBefore:yyyy-MM-dd}";
            }
            if (faults.HasFlag(X509ChainStatusFlags.NotSignatureValid))
                return $"{name} was not signed by the \"{show(certificate.Issuer)}\" that is known here, but by another of that name";
            if (faults.HasFlag(X509ChainStatusFlags.NotValidForUsage))
                return $"{name} may not be used for a server (its extended key usage, or that of its authority, leaves serverAuth out)";
            return $"{name} has a fault ({faults})";
        }
        return null;
    }

    private static void Set(X509ChainPolicy policy, X509Certificate2Collection authorities)
    {
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(authorities);
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
    }
}
