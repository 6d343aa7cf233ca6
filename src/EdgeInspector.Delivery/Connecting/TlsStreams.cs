using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using EdgeInspector.Foundation.Certificates;
using MQTTnet;
using MQTTnet.Channel;

namespace EdgeInspector.Delivery.Connecting;

/// <summary>
/// Opens TLS connections to the broker in place of the library, whose options take certificates only, so that a client's intermediates
/// would never be sent.
/// </summary>
/// <param name="options">The library's options for the socket, and the broker's name.</param>
/// <param name="judge">Judges the broker's certificate.</param>
/// <param name="authorities">The trusted authorities; null: the operating system's list.</param>
/// <param name="own">The agent's certificate; null: none is shown.</param>
internal sealed class TlsStreams(
    MqttClientTcpOptions options,
    string host,
    TimeSpan sendTimeout,
    ServerCertificate judge,
    X509Certificate2Collection? authorities,
    ClientIdentity? own)
    : IMqttClientStreamProvider
{
    /// <inheritdoc />
    public async Task<Stream> ConnectAsync(EndPoint brokerEndPoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = options.NoDelay,
            ReceiveBufferSize = options.BufferSize,
            SendBufferSize = options.BufferSize,
            SendTimeout = (int)sendTimeout.TotalMilliseconds,
            LingerState = options.LingerState,
        };
        try
        {
            await socket.ConnectAsync(brokerEndPoint, cancellationToken).ConfigureAwait(false);
            var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await stream.AuthenticateAsClientAsync(Authentication(), cancellationToken).ConfigureAwait(false);
            return stream;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private SslClientAuthenticationOptions Authentication() => new()
    {
        TargetHost = host,
        // No older versions, even where the system allows them.
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) => judge.Accept(certificate, chain, errors),
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = authorities is null ? null : ServerChain.Policy(authorities),
        // Offline: intermediates that the file does not hold are not fetched from addresses within the certificates.
        ClientCertificateContext = own is null ? null : SslStreamCertificateContext.Create(own.Certificate, own.Others, offline: true),
    };
}
