using System.Security.Cryptography;
using System.Text;
using EdgeInspector.Foundation.Secrets;
using Microsoft.AspNetCore.Http;

namespace EdgeInspector.Web.Calling;

/// <summary>Whether a caller knows the key. A key is compared in a time that tells nothing of it.</summary>
internal sealed class CallKey(HttpOptions options)
{
    /// <summary>The header that clients of Custom Vision send.</summary>
    public const string Header = "Prediction-Key";

    private const string Bearer = "Bearer ";

    /// <summary>Why the caller may not call; null: the caller may.</summary>
    public CallFault? Refusal(HttpRequest request)
    {
        if (!options.HasKey)
            return null;
        string? given = request.Headers[Header].FirstOrDefault() ?? Token(request.Headers.Authorization.FirstOrDefault());
        string wanted;
        try
        {
            wanted = options.Key ?? SecretFile.Read(options.KeyFile!, "Http:KeyFile");
        }
        catch (SecretFileException)
        {
            // Its path is nobody's business out there; the check of the settings names it.
            return new CallFault(503, "ErrorPredictionServiceUnavailable", "The agent can't read its key (Http:KeyFile).");
        }
        if (given is null)
            return new CallFault(401, "Unauthorized", $"Send the key as the header {Header}, or as Authorization: Bearer.");
        return CryptographicOperations.FixedTimeEquals(Digest(given), Digest(wanted))
            ? null
            : new CallFault(401, "Unauthorized", "The key is wrong.");
    }

    private static string? Token(string? authorization) =>
        authorization?.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) == true ? authorization[Bearer.Length..].Trim() : null;

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
