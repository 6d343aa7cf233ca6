using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeInspector.Foundation.Secrets;

namespace EdgeInspector.Delivery.Webhooks;

/// <summary>
/// Signs a request: HMAC-SHA256 over the time, a dot and the body. The time is signed too, so that a request that somebody has recorded
/// is worth nothing later.
/// </summary>
internal static class WebhookSignature
{
    /// <summary>The header that carries the signature.</summary>
    public const string Header = "EdgeInspector-Signature";

    /// <summary>The header's value: <c>t=SECONDS,v1=HEX</c>.</summary>
    /// <param name="secret">What the receiver knows too.</param>
    /// <param name="body">The body, every byte.</param>
    /// <param name="at">The time.</param>
    public static string Of(string secret, ReadOnlySpan<byte> body, DateTimeOffset at)
    {
        string seconds = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] prefix = Encoding.ASCII.GetBytes(seconds + ".");
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        mac.AppendData(prefix);
        mac.AppendData(body);
        return $"t={seconds},v1={Convert.ToHexStringLower(mac.GetHashAndReset())}";
    }

    /// <summary>The secret of a webhook; null: its requests are not signed.</summary>
    /// <exception cref="SecretFileException">The file can't be read.</exception>
    public static string? SecretOf(Webhook webhook) => webhook.Options.SecretFile is { } file
        ? SecretFile.Read(file, $"{webhook.Setting}{nameof(WebhookOptions.SecretFile)}")
        : webhook.Options.Secret;
}
