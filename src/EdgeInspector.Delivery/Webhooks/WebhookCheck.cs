using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Foundation.Secrets;

namespace EdgeInspector.Delivery.Webhooks;

/// <summary>What was found at a webhook's address.</summary>
/// <param name="IsGood">True when the address can be reached, and is trusted.</param>
/// <param name="Message">What was found, or how to mend it; never has secrets.</param>
public sealed record WebhookCheckResult(bool IsGood, string Message);

/// <summary>
/// Looks whether webhooks can be reached, for <c>doctor</c>. Sends nothing: nobody here knows what an event would set off.
/// </summary>
public static class WebhookCheck
{
    /// <summary>Why the files of a webhook can't be used, a sentence each; empty when they can. Makes no connection.</summary>
    public static IEnumerable<string> Faults(string name, WebhookOptions options, DateTimeOffset now)
    {
        var webhook = new Webhook(name, options);
        foreach (string fault in Certificates.Faults(options.Tls, $"{webhook.Setting}{nameof(WebhookOptions.Tls)}:", now))
            yield return fault;
        if (SecretFault(webhook) is { } secret)
            yield return secret;
    }

    /// <summary>Opens a connection, with TLS where the address asks for it, and closes it again.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static async Task<WebhookCheckResult> RunAsync(string name, WebhookOptions options, TimeProvider time, CancellationToken stop)
    {
        var webhook = new Webhook(name, options);
        if (Faults(name, options, time.GetUtcNow()).FirstOrDefault() is { } fault)
            return new(false, fault);
        if (!options.Address.IsLoopback && HttpClient.DefaultProxy.GetProxy(options.Address) is { } proxy && proxy != options.Address)
            return new(true, $"{webhook.Place} is reached through the proxy {proxy.Host}, and was not tried");
        using var timeout = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        using var certificate = new ReceiverCertificate(webhook, time);
        long began = Stopwatch.GetTimestamp();
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(options.Address.IdnHost, options.Address.Port, either.Token).ConfigureAwait(false);
            if (options.Address.Scheme == Uri.UriSchemeHttps)
            {
                using var stream = new SslStream(new NetworkStream(socket));
                await stream.AuthenticateAsClientAsync(certificate.Authentication(), either.Token).ConfigureAwait(false);
            }
            return new(true, $"{webhook.Place} answers after {Stopwatch.GetElapsedTime(began).TotalMilliseconds:0} ms; nothing was sent");
        }
        catch (Exception wrong) when (wrong is not OutOfMemoryException && !stop.IsCancellationRequested)
        {
            return new(false, certificate.Refusal is { } refusal
                ? $"The receiver at {webhook.Place} is not trusted. {refusal}"
                : timeout.IsCancellationRequested
                    ? $"The receiver at {webhook.Place} does not answer. Check the address, the network and the firewall."
                    : $"The receiver at {webhook.Place} can't be reached: {wrong.GetBaseException().Message.TrimEnd('.')}. "
                        + "Check the address, and that the receiver runs.");
        }
    }

    private static string? SecretFault(Webhook webhook)
    {
        try
        {
            WebhookSignature.SecretOf(webhook);
            return null;
        }
        catch (SecretFileException fault)
        {
            return fault.Message;
        }
    }
}
