using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using EdgeInspector.ModelStore.Packages;

namespace EdgeInspector.ModelStore.Sync.Sources;

/// <summary>
/// A manifest <c>{name, iteration, version, url, sha256, size, signature}</c> on a web server; asked with <c>If-None-Match</c>.
/// </summary>
internal sealed class ManifestSource(ManifestOptions options, SyncHttp http) : ISyncSource
{
    private readonly Uri _address = new(options.Url!);
    private string? _tag;

    public string Description => $"the manifest {SourceAddress.Show(_address)}";

    public async Task<SyncOffer?> LookAsync(SyncMemory memory, CancellationToken stop)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, _address);
        Authorize(request);
        if (memory.ETag is not null && EntityTagHeaderValue.TryParse(memory.ETag, out EntityTagHeaderValue? known))
            request.Headers.IfNoneMatch.Add(known);
        (HttpStatusCode code, byte[] body, HttpResponseHeaders headers) = await http.AskAsync(
            request, "the manifest", stop, HttpStatusCode.NotModified).ConfigureAwait(false);
        if (code == HttpStatusCode.NotModified)
            return null;
        _tag = headers.ETag?.ToString();
        return Read(body, _address);
    }

    /// <summary>The tag of the manifest that was read last, to be remembered once the manifest's offer is dealt with.</summary>
    public string? Tag => _tag;

    public Task FetchAsync(SyncOffer offer, string path, CancellationToken stop) => http.FetchAsync(
        () =>
        {
            var request = new HttpRequestMessage(HttpMethod.Get, offer.Location);
            Authorize(request);
            return request;
        },
        path,
        offer.Size,
        $"the package {offer.Name}",
        stop);

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="SyncFault">The manifest does not have that form.</exception>
    internal static SyncOffer Read(byte[] body, Uri address)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(
                body, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            JsonElement json = document.RootElement;
            string hash = Need(json, "sha256", address);
            if (hash.Length != 64 || !hash.All(char.IsAsciiHexDigit))
                throw Wrong(address, "sha256 must have 64 hexadecimal digits");
            string url = Need(json, "url", address);
            if (!Uri.TryCreate(address, url, out Uri? location) || !SourceAddress.IsAllowed(location.AbsoluteUri, out _, out _))
                throw Wrong(address, "url must be an https address, or one relative to the manifest");
            long? size = null;
            if (json.TryGetProperty("size", out JsonElement number))
            {
                if (number.ValueKind != JsonValueKind.Number || !number.TryGetInt64(out long bytes)
                    || bytes is <= 0 or > SyncHttp.MostPackage)
                    throw Wrong(address, $"size must be a number of bytes up to {SyncHttp.MostPackage}");
                size = bytes;
            }
            string name = Need(json, "name", address);
            return new SyncOffer(hash.ToLowerInvariant(), name, Version(json, address), location.AbsoluteUri)
            {
                Sha256 = hash.ToLowerInvariant(),
                Size = size,
                Signature = ApiFault.Text(json, "signature"),
                Iteration = ApiFault.Text(json, "iteration") is { Length: > 0 } iteration ? ZipFiles.Printable(iteration) : null,
            };
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            throw new SyncFault(
                $"The manifest at {SourceAddress.Show(address)} is not valid JSON: {unreadable.Message.Split('\n')[0]}", null, unreadable);
        }
    }

    private static string Version(JsonElement json, Uri address)
    {
        if (json.TryGetProperty("version", out JsonElement version) && version.ValueKind is JsonValueKind.String or JsonValueKind.Number
            && version.ToString() is { Length: > 0 and <= 64 } text && !text.Any(char.IsControl))
            return text;
        throw Wrong(address, "version must be a number or a text such as \"1.4\"");
    }

    private static string Need(JsonElement json, string name, Uri address) =>
        ApiFault.Text(json, name) is { Length: > 0 } text ? text : throw Wrong(address, $"{name} is missing");

    private static SyncFault Wrong(Uri address, string what) =>
        new($"The manifest at {SourceAddress.Show(address)} can't be used: {what}. "
            + "It must be {\"name\",\"iteration\",\"version\",\"url\",\"sha256\",\"size\",\"signature\"}.");

    private void Authorize(HttpRequestMessage request)
    {
        // The token goes only to the configured server: the manifest may point to any other.
        if (SyncHttp.Secret(options.Token, options.TokenFile, "Sync:Manifest:TokenFile") is { } token
            && request.RequestUri!.Authority == _address.Authority)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }
}
