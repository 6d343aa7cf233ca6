using System.Security.Cryptography.X509Certificates;
using EdgeInspector.Foundation.Certificates;
using EdgeInspector.Foundation.Secrets;

namespace EdgeInspector.Delivery.Connecting;

/// <summary>Reads the certificates of <see cref="TlsOptions"/> and says in a sentence what is wrong with them.</summary>
public static class Certificates
{
    /// <summary>The settings of the connection to the broker.</summary>
    internal const string OfBroker = "Mqtt:Tls:";

    /// <summary>Why the files can't be used, a sentence each; empty when they can. Makes no connection, for <c>config check</c>.</summary>
    public static IEnumerable<string> Faults(MqttTlsOptions tls, DateTimeOffset now) => tls.Enabled ? Faults(tls, OfBroker, now) : [];

    /// <summary>The same for any connection.</summary>
    /// <param name="tls">The files.</param>
    /// <param name="setting">What the names of the settings begin with, for messages: <c>Mqtt:Tls:</c>.</param>
    /// <param name="now">The time at which they must be valid.</param>
    internal static IEnumerable<string> Faults(TlsOptions tls, string setting, DateTimeOffset now)
    {
        if (FaultOf(() => Authorities(tls, setting)) is { } authorities)
            yield return authorities;
        if (FaultOf(() => Client(tls, setting, now)?.Dispose()) is { } client)
            yield return client;
    }

    /// <summary>The authorities in <see cref="TlsOptions.CaFile"/>, or null when the operating system's list is to be used.</summary>
    /// <exception cref="DeliveryException">The file can't be used.</exception>
    internal static X509Certificate2Collection? Authorities(TlsOptions tls, string setting)
    {
        try
        {
            return tls.CaFile is { } file ? CertificateFile.Read(file, $"{setting}CaFile") : null;
        }
        catch (CertificateFileException e)
        {
            throw new DeliveryException(e.Message, e);
        }
    }

    /// <summary>The client certificate with its key and intermediates, or null when none is configured. The caller disposes it.</summary>
    /// <exception cref="DeliveryException">The certificate can't be used, or is not valid now.</exception>
    internal static ClientIdentity? Client(TlsOptions tls, string setting, DateTimeOffset now)
    {
        if (tls.ClientCertificateFile is not { } file)
            return null;
        ClientIdentity identity;
        try
        {
            string? password = tls.ClientKeyPasswordFile is { } secret
                ? SecretFile.Read(secret, $"{setting}ClientKeyPasswordFile")
                : tls.ClientKeyPassword;
            identity = ClientIdentity.Read(file, tls.ClientKeyFile, password, $"{setting}Client");
        }
        catch (Exception e) when (e is CertificateFileException or SecretFileException)
        {
            throw new DeliveryException(e.Message, e);
        }
        if (identity.OutOfDate($"The client certificate {file}", now) is not { } fault)
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
