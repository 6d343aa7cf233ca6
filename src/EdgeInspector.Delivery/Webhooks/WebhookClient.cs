using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Foundation.Files;
using EdgeInspector.Foundation.Secrets;
using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Delivery.Webhooks;

/// <summary>Sends requests to one receiver, one at a time, and says what became of each. Not thread-safe.</summary>
internal sealed class WebhookClient(Webhook webhook, string version, TimeProvider time) : IDisposable
{
    /// <summary>The header with the event's id, by which a receiver knows duplicates.</summary>
    public const string EventHeader = "EdgeInspector-Event";

    private const int MostSaid = 1024, LongestSaid = 200;

    // Certificates are read anew with each connection, and nobody is to wait for a renewed one for longer.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private HttpClient? _client;
    private ReceiverCertificate? _certificate;
    private long _openedAt;

    private WebhookOptions Options => webhook.Options;

    /// <summary>Sends a request; never throws but when stopped.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public async Task<WebhookAnswer> SendAsync(Guid id, WebhookBody body, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(Options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        try
        {
            using HttpRequestMessage request = Request(id, body);
            using HttpResponseMessage answer = await Client().SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            string said = answer.IsSuccessStatusCode ? "" : await SaidAsync(answer, either.Token).ConfigureAwait(false);
            return WebhookAnswer.Of(answer.StatusCode, answer.Headers, said, time.GetUtcNow());
        }
#pragma warning disable CA1031 // Whatever keeps one event from being sent, the next try may succeed.
        catch (Exception fault) when (!stop.IsCancellationRequested)
#pragma warning restore CA1031
        {
            string why = Explain(fault, timeout.IsCancellationRequested);
            Close();
            return WebhookAnswer.Away(why);
        }
    }

    public void Dispose() => Close();

    private HttpRequestMessage Request(Guid id, WebhookBody body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Options.Address) { Content = new ByteArrayContent(body.Content) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(body.Type);
        request.Headers.Add(EventHeader, id.ToString());
        request.Headers.TryAddWithoutValidation("User-Agent", $"EdgeInspector/{version}");
        if (WebhookSignature.SecretOf(webhook) is { } secret)
            request.Headers.Add(WebhookSignature.Header, WebhookSignature.Of(secret, body.Content, time.GetUtcNow()));
        return request;
    }

    private HttpClient Client()
    {
        if (_client is not null && time.GetElapsedTime(_openedAt) < Lifetime)
            return _client;
        Close();
        // A redirection is not followed: the next host is not the one of the settings, and must not get the event.
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !Options.Address.IsLoopback,
            ConnectTimeout = Options.Timeout,
            MaxConnectionsPerServer = 1,
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = 64 * 1024,
        };
        if (Options.Address.Scheme == Uri.UriSchemeHttps)
        {
            _certificate = new ReceiverCertificate(webhook, time);
            handler.SslOptions = _certificate.Authentication();
        }
        _openedAt = time.GetTimestamp();
        return _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    private void Close()
    {
        _client?.Dispose();
        _certificate?.Dispose();
        (_client, _certificate) = (null, null);
    }

    /// <summary>The beginning of what the receiver says of a refusal.</summary>
    private static async Task<string> SaidAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        Stream body = await answer.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        byte[]? said = await BoundedBytes.ReadAsync(body, MostSaid, stop).ConfigureAwait(false);
        return said is null ? "" : PrintableText.Of(Encoding.UTF8.GetString(said).Trim(), LongestSaid);
    }

    private string Explain(Exception fault, bool isLate) => fault switch
    {
        DeliveryException or SecretFileException => fault.Message,
        OperationCanceledException when isLate =>
            $"{webhook.Place} did not answer within {Options.Timeout.TotalSeconds:0.#} s ({webhook.Setting}Timeout).",
        _ when _certificate?.Refusal is { } refusal => $"{webhook.Place} is not trusted. {refusal}",
        HttpRequestException { InnerException: AuthenticationException inner } =>
            $"{webhook.Place} and the agent find no common encryption: {inner.GetBaseException().Message.TrimEnd('.')}.",
        HttpRequestException or IOException or SocketException =>
            $"{webhook.Place} can't be reached: {fault.GetBaseException().Message.TrimEnd('.')}.",
        _ => $"{webhook.Place}: {fault.GetBaseException().Message.TrimEnd('.')}.",
    };
}
