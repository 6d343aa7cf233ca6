using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.Foundation.Certificates;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Capture.Cameras.Network;

/// <summary>What a camera's HTTP address gives.</summary>
internal enum HttpAnswerKind
{
    /// <summary>One picture for each request.</summary>
    Picture,

    /// <summary>A stream that does not end, for ffmpeg.</summary>
    Stream,
}

/// <summary>
/// Asks a camera for pictures over HTTP: the first answer tells whether the camera gives one picture for each request or a stream. Login by
/// Basic or Digest; every answer is bounded in size and time. Used by one thread.
/// </summary>
internal sealed class HttpPictures : IDisposable
{
    private readonly UrlOptions _options;
    private readonly ImageLimits _limits;
    private readonly Uri _address;
    private readonly HttpClient _client;
    private string? _certificateProblem;

    /// <exception cref="CameraException">The password file cannot be read.</exception>
    public HttpPictures(UrlOptions options, ImageLimits limits)
    {
        _options = options;
        _limits = limits;
        _address = new Uri(options.Address);
        var handler = new SocketsHttpHandler
        {
            // A camera stands in the plant, not behind the proxy to the internet.
            UseProxy = false,
            // A redirect could make the agent send requests to any address in the plant.
            AllowAutoRedirect = false,
            ConnectTimeout = options.OpenTimeout,
            MaxResponseHeadersLength = 64,
            PreAuthenticate = true,
            // After a short look at a stream, the camera's only connection must be free again.
            MaxResponseDrainSize = 0,
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, _, chain, errors) => Accept(errors, chain),
            },
        };
        if (options.UserName is { } user)
        {
            var login = new NetworkCredential(user, StreamAddress.Password(options));
            handler.Credentials = new CredentialCache { { _address, "Digest", login }, { _address, "Basic", login } };
        }
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Asks what the address gives, and looks only at the head of the answer.</summary>
    /// <exception cref="CameraException">The camera can't be reached, or refuses.</exception>
    /// <exception cref="OperationCanceledException">The check was stopped.</exception>
    public HttpAnswerKind AnswerKind(CancellationToken stop) => Ask(_options.OpenTimeout, (response, _) => KindOf(response), stop);

    /// <summary>
    /// Asks what the address gives, and waits for a stream's first byte; false where no byte comes, or the address gives a picture.
    /// </summary>
    /// <exception cref="CameraException">The camera can't be reached, or refuses.</exception>
    /// <exception cref="OperationCanceledException">The check was stopped before the head of the answer came.</exception>
    public bool IsStreaming(CancellationToken stop) =>
        Ask(_options.OpenTimeout, (response, patience) => KindOf(response) == HttpAnswerKind.Stream && HasData(response, patience), stop);

    /// <summary>Asks for one picture, and returns its file.</summary>
    /// <exception cref="CameraException">The camera can't be reached or refuses, or gives something other than one picture.</exception>
    /// <exception cref="OperationCanceledException">The request was stopped.</exception>
    public byte[] Take(CancellationToken stop) => Ask(_options.ReadTimeout, Read, stop);

    public void Dispose() => _client.Dispose();

    private T Ask<T>(TimeSpan limit, Func<HttpResponseMessage, CancellationToken, T> use, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(limit);
        _certificateProblem = null;
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Get, _address);
            request.Headers.CacheControl = new CacheControlHeaderValue { NoCache = true };
            using HttpResponseMessage response =
                _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).GetAwaiter().GetResult();
            if ((int)response.StatusCode is 301 or 302 or 303 or 307 or 308)
                throw new CameraException(NetworkFault.SentOn(_options, _address, response.Headers.Location));
            if (response.StatusCode == HttpStatusCode.Unauthorized && _options.UserName is not null && IsStale(response))
                throw new CameraException(NetworkFault.Stale(_options, _address));
            if (NetworkFault.Refusal(_options, _address, (int)response.StatusCode, IsLoginKind(response)) is { } refusal)
                throw new CameraException(refusal);
            return use(response, patience.Token);
        }
        catch (HttpRequestException fault)
        {
            throw new CameraException(Explain(fault), fault);
        }
        catch (IOException fault)
        {
            throw new CameraException(
                $"{NetworkFault.Where(_address)} broke off in the middle of a picture of {_options.ShownAddress}. Check the network.",
                fault);
        }
        catch (OperationCanceledException fault) when (!stop.IsCancellationRequested)
        {
            throw new CameraException(NetworkFault.NoAnswer(_address), fault);
        }
    }

    // HttpClient sends the login whenever the camera asks for one in a way that HttpClient knows.
    private static bool IsLoginKind(HttpResponseMessage response) =>
        response.Headers.WwwAuthenticate.Count == 0
        || response.Headers.WwwAuthenticate.Any(challenge => challenge.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)
            || challenge.Scheme.Equals("Digest", StringComparison.OrdinalIgnoreCase));

    private static bool IsStale(HttpResponseMessage response) =>
        RtspLogin.IsStale(response.Headers.WwwAuthenticate.Select(challenge => challenge.ToString()));

    private HttpAnswerKind KindOf(HttpResponseMessage response)
    {
        string kind = response.Content.Headers.ContentType?.MediaType?.ToLowerInvariant() ?? "";
        long? length = response.Content.Headers.ContentLength;
        if (kind.StartsWith("image/", StringComparison.Ordinal))
            return HttpAnswerKind.Picture;
        if (kind.StartsWith("audio/", StringComparison.Ordinal))
            throw new CameraException(
                $"There is no picture at {_options.ShownAddress} (it holds: {kind}). Take the address of the camera's video stream.");
        if (kind.StartsWith("text/", StringComparison.Ordinal)
            || kind is "application/json" or "application/xml" or "application/xhtml+xml")
            throw new CameraException($"{_options.ShownAddress} gives a page ({kind}), not a picture. "
                + "Take the address of the picture or stream itself; the camera's manual names it.");
        // A length says that the body ends: if its type is missing or general, it is one picture.
        return kind is "" or "application/octet-stream" && length is > 0 && length <= _limits.MaxBytes
            ? HttpAnswerKind.Picture
            : HttpAnswerKind.Stream;
    }

    private static bool HasData(HttpResponseMessage response, CancellationToken patience)
    {
        try
        {
            using Stream body = response.Content.ReadAsStream(patience);
            return body.ReadAsync(new byte[1], patience).AsTask().GetAwaiter().GetResult() > 0;
        }
        catch (Exception end) when (end is IOException or OperationCanceledException)
        {
            return false;
        }
    }

    private static string Printable(string name) => PrintableText.Of(name, 200);

    private byte[] Read(HttpResponseMessage response, CancellationToken patience)
    {
        if (KindOf(response) == HttpAnswerKind.Stream && _options.Pictures != HttpPictureSource.Request)
            throw new CameraException($"{_options.ShownAddress} gave a picture before and gives a stream now. It is looked at anew.");
        if (response.Content.Headers.ContentLength > _limits.MaxBytes)
            throw TooLarge();
        using Stream body = response.Content.ReadAsStream(patience);
        if (response.Content.Headers.ContentLength is > 0 and { } length)
        {
            byte[] whole = new byte[length];
            body.ReadExactlyAsync(whole, patience).AsTask().GetAwaiter().GetResult();
            return whole;
        }
        byte[] file = BoundedBytes.ReadAsync(body, _limits.MaxBytes, patience).GetAwaiter().GetResult() ?? throw TooLarge();
        return file.Length == 0
            ? throw new CameraException(
                $"{NetworkFault.Where(_address)} gave an empty picture at {_options.ShownAddress}. Look at the address in a browser.")
            : file;
    }

    private CameraException TooLarge() =>
        new($"What {_options.ShownAddress} gives does not end within {_limits.MaxBytes / 1_000_000} MB, so it is no single picture. "
            + "Set Url:Pictures to Stream if it is a stream.");

    private string Explain(HttpRequestException fault)
    {
        if (_certificateProblem is { } problem)
            return problem;
        for (Exception? cause = fault; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException socket)
                return NetworkFault.Unreachable(_address, socket);
            if (cause is AuthenticationException)
                return $"{NetworkFault.Where(_address)} does not speak TLS as this machine does. "
                    + "Check that the port is that of https://, and the camera's firmware.";
        }
        return fault.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => NetworkFault.UnknownName(_address),
            HttpRequestError.ResponseEnded => NetworkFault.Closed(_address),
            _ => $"{NetworkFault.Where(_address)} answers, but not as HTTP is spoken ({fault.HttpRequestError}). "
                + $"Check that the port is that of {_address.Scheme}://.",
        };
    }

    private bool Accept(SslPolicyErrors errors, X509Chain? chain)
    {
        if (errors == SslPolicyErrors.None || _options.AcceptAnyCertificate)
            return true;
        _certificateProblem = errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? $"The certificate of {NetworkFault.Where(_address)} is not for this name. "
                + "Write the name that it carries, or set Url:AcceptAnyCertificate to true in a network that is closed."
            : chain is not null && ServerChain.FaultOf(chain, TimeProvider.System, Printable) is { } fault
                ? $"The certificate of {NetworkFault.Where(_address)} can't be trusted: {fault}. Mend it, or this machine's clock."
            : $"The certificate of {NetworkFault.Where(_address)} is not signed by an authority that this machine knows. "
                + "Have the machine trust it, or set Url:AcceptAnyCertificate to true in a network that is closed.";
        return false;
    }
}
