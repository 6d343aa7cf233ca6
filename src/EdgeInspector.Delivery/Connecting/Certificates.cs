using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeInspector.Inspection.Secrets;

namespace EdgeInspector.Delivery.Connecting;

/// <summary>Reads the certificates of <see cref="MqttTlsOptions"/> and says in a sentence what is wrong with them.</summary>
internal static class Certificates
{
    /// <summary>The authorities in <see cref="MqttTlsOptions.CaFile"/>, or null when the operating system's list is to be used.</summary>
    public static X509Certificate2Collection? Authorities(MqttTlsOptions tls)
    {
        if (tls.CaFile is null)
            return null;
        Exists(tls.CaFile, "Mqtt:Tls:CaFile");
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(tls.CaFile);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new DeliveryException($"Mqtt:Tls:CaFile {tls.CaFile} could not be read: {e.Message}", e);
        }
        return authorities.Count > 0 ? authorities : throw new DeliveryException(
            $"Mqtt:Tls:CaFile {tls.CaFile} holds no certificate. It must be a PEM file with \"-----BEGIN CERTIFICATE-----\".");
    }

    /// <summary>The client certificate with its key, or null when none is configured. The caller disposes it.</summary>
    public static X509Certificate2? Client(MqttTlsOptions tls, DateTimeOffset now)
    {
        if (tls.ClientCertificateFile is not { } file)
            return null;
        Exists(file, "Mqtt:Tls:ClientCertificateFile");
        if (tls.ClientKeyFile is not null)
            Exists(tls.ClientKeyFile, "Mqtt:Tls:ClientKeyFile");
        X509Certificate2 certificate;
        try
        {
            certificate = Load(file, tls.ClientKeyFile, KeyPassword(tls));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new DeliveryException(
                $"The client certificate {file} could not be read: {e.Message} Check Mqtt:Tls:ClientKeyFile and Mqtt:Tls:ClientKeyPassword.", e);
        }
        if (certificate.NotAfter.ToUniversalTime() < now.UtcDateTime)
        {
            using (certificate)
                throw new DeliveryException($"The client certificate {file} expired on {certificate.NotAfter:yyyy-MM-dd}. Have a new one issued.");
        }
        if (certificate.NotBefore.ToUniversalTime() > now.UtcDateTime)
        {
            using (certificate)
                throw new DeliveryException($"The client certificate {file} is only valid from {certificate.NotBefore:yyyy-MM-dd}. Check this machine's clock.");
        }
        return certificate;
    }

    private static string? KeyPassword(MqttTlsOptions tls)
    {
        try
        {
            return tls.ClientKeyPasswordFile is { } file ? SecretFile.Read(file, "Mqtt:Tls:ClientKeyPasswordFile") : tls.ClientKeyPassword;
        }
        catch (SecretFileException e)
        {
            throw new DeliveryException(e.Message, e);
        }
    }

    private static X509Certificate2 Load(string file, string? keyFile, string? password)
    {
        if (Path.GetExtension(file).ToUpperInvariant() is ".PFX" or ".P12")
            return X509CertificateLoader.LoadPkcs12FromFile(file, password);
        X509Certificate2 certificate = password is null
            ? X509Certificate2.CreateFromPemFile(file, keyFile)
            : X509Certificate2.CreateFromEncryptedPemFile(file, password, keyFile);
        if (!OperatingSystem.IsWindows())
            return certificate;
        // Windows' TLS can't use a key that lives in memory only: it must have been imported.
        using (certificate)
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    private static void Exists(string file, string setting)
    {
        if (!File.Exists(file))
            throw new DeliveryException($"{setting}: there is no file {Path.GetFullPath(file)}.");
    }
}
