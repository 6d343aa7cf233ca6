using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace EdgeInspector.Capture.Cameras.Network;

/// <summary>
/// Answers the challenge by which an RTSP camera asks for a login: Digest (RFC 7616, also in its old form, RFC 2069) or Basic.
/// </summary>
internal static partial class RtspLogin
{
    /// <summary>The value of the header Authorization; null when no challenge is understood.</summary>
    /// <param name="challenges">The values of the headers WWW-Authenticate.</param>
    /// <param name="user">The user name.</param>
    /// <param name="password">The password.</param>
    /// <param name="method">The request's method.</param>
    /// <param name="address">The address that is asked for, without a login.</param>
    public static string? Answer(IReadOnlyList<string> challenges, string user, string password, string method, Uri address)
    {
        foreach (string challenge in challenges)
        {
            if (challenge.StartsWith("Digest", StringComparison.OrdinalIgnoreCase)
                && Digest(challenge, user, password, method, address.AbsoluteUri) is { } digest)
                return digest;
        }
        return challenges.Any(challenge => challenge.StartsWith("Basic", StringComparison.OrdinalIgnoreCase))
            ? $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))}"
            : null;
    }

    /// <summary>
    /// Whether a login is refused only because its nonce is outdated (RFC 7616, stale): user name and password may be right.
    /// </summary>
    /// <param name="challenges">The values of the headers WWW-Authenticate.</param>
    public static bool IsStale(IEnumerable<string> challenges) => challenges.Any(challenge =>
        challenge.StartsWith("Digest", StringComparison.OrdinalIgnoreCase)
        && Values(challenge).GetValueOrDefault("stale", "").Equals("true", StringComparison.OrdinalIgnoreCase));

    private static Dictionary<string, string> Values(string challenge)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (Match match in Parameter().Matches(challenge["Digest".Length..]))
            values[match.Groups[1].Value] = match.Groups[2].Success ? match.Groups[2].Value : match.Groups[3].Value;
        return values;
    }

    private static string? Digest(string challenge, string user, string password, string method, string address)
    {
        Dictionary<string, string> values = Values(challenge);
        string algorithm = values.GetValueOrDefault("algorithm", "MD5").ToUpperInvariant();
        if (algorithm is not ("MD5" or "SHA-256") || !values.TryGetValue("realm", out string? realm)
            || !values.TryGetValue("nonce", out string? nonce))
            return null;
        string Hash(string text) => Hashed(algorithm, text);
        bool hasQuality = values.TryGetValue("qop", out string? qualities) && qualities.Split(',').Any(quality => quality.Trim() == "auth");
        string who = Hash($"{user}:{realm}:{password}"), what = Hash($"{method}:{address}");
        string own = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        string response = hasQuality ? Hash($"{who}:{nonce}:00000001:{own}:auth:{what}") : Hash($"{who}:{nonce}:{what}");
        string answer = $"Digest username=\"{Escape(user)}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{address}\", "
            + $"response=\"{response}\"";
        if (values.ContainsKey("algorithm"))
            answer += $", algorithm={algorithm}";
        if (values.TryGetValue("opaque", out string? opaque))
            answer += $", opaque=\"{opaque}\"";
        return hasQuality ? $"{answer}, qop=auth, nc=00000001, cnonce=\"{own}\"" : answer;
    }

    // The camera chooses the algorithm, and most cameras know only this one.
#pragma warning disable CA5351
    private static string Hashed(string algorithm, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return Convert.ToHexStringLower(algorithm == "MD5" ? MD5.HashData(bytes) : SHA256.HashData(bytes));
    }
#pragma warning restore CA5351

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    [GeneratedRegex(@"([\w-]+)\s*=\s*(?:""([^""]*)""|([^\s,""]+))")]
    private static partial Regex Parameter();
}
