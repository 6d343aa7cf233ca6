using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeInspector.Foundation.Certificates;

/// <summary>
/// The curve of a certificate's key. TLS agrees on a few only, and a handshake that fails over another one says nothing of it.
/// </summary>
public static class KeyCurve
{
    /// <summary>The line that makes a key on a common curve, and the request for its certificate.</summary>
    public const string NewKey = "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -keyout new.key -out new.csr -subj /CN=NAME";

    // .NET writes the name of this one otherwise than openssl.
    private const string Ec = "1.2.840.10045.2.1", Secp256k1 = "1.3.132.0.10";

    private static readonly HashSet<string> Common = ["1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35"];

    /// <summary>Its name, where it is another one than P-256, P-384 and P-521; null for these, and for keys without a curve.</summary>
    public static string? Uncommon(X509Certificate2 certificate)
    {
        if (certificate.PublicKey is not { Oid.Value: Ec, EncodedParameters: { } parameters })
            return null;
        try
        {
            string curve = AsnDecoder.ReadObjectIdentifier(parameters.RawData, AsnEncodingRules.DER, out _);
            return Common.Contains(curve) ? null : curve == Secp256k1 ? "secp256k1" : new Oid(curve).FriendlyName ?? curve;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>True when the curve stands in the certificate with all its numbers (explicit parameters) instead of its name.</summary>
    internal static bool IsWrittenOut(X509Certificate2 certificate) =>
        certificate.PublicKey is { Oid.Value: Ec, EncodedParameters: { RawData: [0x30, ..] } };
}
