using System.Security.Cryptography.X509Certificates;
using EdgeInspector.Foundation.Certificates;
using EdgeInspector.Foundation.Secrets;

namespace EdgeInspector.Delivery.Connecting;

/// <summary>Reads the certificates of <see cref="MqttTlsOptions"/> and says in a sentence what is wrong with them.</summary>
public static class Certificates
{
    private const string Setting = "Mqtt:Tls:";

    /// <summary>
    /// What keeps the files from being used, a sentence each; empty when nothing does. Asks nobody, for <c>config check</c>.
    /// </summary>
    public static IEnumerable<string> Faults(MqttTlsOptions tls, DateTimeOffset now)
    {
        if (!tls.Enabled)
            yield break;
        if (FaultOf(() => Authorities(tls)) is { } authorities)
            yield return authorities;
        if (FaultOf(() => Client(tls, now)?.Dispose()) is { } client)
            yield return client;
    }

    /// <summary>The authorities in <see cref="MqttTlsOptions.CaFile"/>, or null when the operating system's list is to be used.</summary>
    /// <exception cref="DeliveryException">The file can't be used.</exception>
    internal static X509Certificate2Collection? Authorities(MqttTlsOptions tls)
    {
        try
        {
            return tls.CaFile is { } file ? CertificateFile.Read(file, $"{Setting}CaFile") : null;
        }
        catch (CertificateFileException e)
        {
            throw new DeliveryException(e.Message, e);
        }
    }

    /// <summary>The client certificate with its key and intermediates, or null when none is configured. The caller disposes it.</summary>
    /// <exception cref="DeliveryException">It can't be used, or is not valid now.</exception>
    internal static ClientIdentity? Client(MqttTlsOptions tls, DateTimeOffset now)
    {
        if (tls.ClientCertificateFile is not { } file)
            return null;
        ClientIdentity identity;
        try
        {
            string? password = tls.ClientKeyPasswordFile is { } secret
                ? SecretFile.Read(secret, $"{Setting}ClientKeyPasswordFile")
                : tls.ClientKeyPassword;
            identity = ClientIdentity.Read(file, tls.ClientKeyFile, password, $"{Setting}Client");
        }
        catch (Exception e) when (e is CertificateFileException or SecretFileException)
        {
            throw new DeliveryException(e.Message, e);
        }
        X509Certificate2 own = identity.Certificate;
        string? fault = own.NotAfter.ToUniversalTime() < now.UtcDateTime
            ? $"The client certificate {file} expired on {own.NotAfter:yyyy-MM-dd}. Have a new one issued."
            : own.NotBefore.ToUniversalTime() > now.UtcDateTime
                ? $"The client certificate {file} is only valid from {own.NotBefore:yyyy-MM-dd}. Check this machine's clock."
            : null;
        if (fault is null)
            return identity;
        identity.Dispose();
        throw new DeliveryException(fault);
    }

    private static string? FaultOf(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (DeliveryException e)
        {
            return e.Message;
        }
    }
}
