using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EdgeInspector.Foundation.Certificates;
using EdgeInspector.Foundation.Secrets;
using MQTTnet;
using MQTTnet.Adapter;
using MQTTnet.Channel;
using MQTTnet.Formatter;

namespace EdgeInspector.Delivery.Connecting;

/// <summary>Opens one connection to the broker. Does not retry: whoever keeps the connection does.</summary>
internal static class ClientFactory
{
    // No message to which the agent subscribes is larger; a larger one must not cost memory. With MQTT 5 the broker holds such messages
    // back.
    private const uint LargestReceived = 64 * 1024;

    /// <summary>Connects and logs in.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="clientId">The whole client id of this connection.</param>
    /// <param name="prepare">Adds the last will, or handlers to the client, before it connects.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends the attempt.</param>
    /// <param name="channels">Builds the connection; null: the library.</param>
    /// <param name="hasWorked">True: a connection stood before with these settings, which changes the likely cause of a fault.</param>
    /// <returns>The connected client, owned by the caller, and the broker's answer.</returns>
    /// <exception cref="DeliveryException">The connection failed; the message says why and how to mend it.</exception>
    public static async Task<(IMqttClient Client, MqttClientConnectResult Answer)> Connect(
        MqttOptions options,
        string clientId,
        Action<IMqttClient, MqttClientOptions>? prepare,
        TimeProvider time,
        CancellationToken stop,
        IMqttClientAdapterFactory? channels = null,
        bool hasWorked = false)
    {
        using ClientIdentity? own = options.Tls.Enabled
            ? Certificates.Client(options.Tls, Certificates.OfBroker, time.GetUtcNow())
            : null;
        X509Certificate2Collection? authorities = options.Tls.Enabled
            ? Certificates.Authorities(options.Tls, Certificates.OfBroker)
            : null;
        var judge = new ServerCertificate(options, authorities, time);
        MqttClientOptions settings = Settings(options, clientId);
        var tcp = settings.ChannelOptions as MqttClientTcpOptions;
        TlsStreams? tls = options.Tls.Enabled && tcp is not null
            ? new TlsStreams(tcp, options.Host, options.ConnectTimeout, judge, authorities, own)
            : null;
        if (tls is not null)
            tcp!.StreamProvider = tls;
        var factory = new MqttClientFactory();
        IMqttClient client = channels is null ? factory.CreateMqttClient() : factory.CreateMqttClient(channels);
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, time);
        try
        {
            prepare?.Invoke(client, settings);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
            MqttClientConnectResult answer = await client.ConnectAsync(settings, either.Token).ConfigureAwait(false);
            if (answer.ResultCode != MqttClientConnectResultCode.Success)
                throw new DeliveryException(ConnectFault.Explain(answer, options));
            return (client, answer);
        }
        catch (Exception e)
        {
            client.Dispose();
            stop.ThrowIfCancellationRequested();
            if (e is DeliveryException)
                throw;
            bool wasClosed = !timeout.IsCancellationRequested && judge.Refusal is null && !IsUnreachable(e);
            // Several brokers may be behind one address, and one of them may just be starting: so MQTT 5 is tried once more.
            if (wasClosed && options.IsMqtt5
                && await Answers(options with { Protocol = "3.1.1" }, clientId, tls, time, stop).ConfigureAwait(false)
                && !await Answers(options, clientId, tls, time, stop).ConfigureAwait(false))
                throw new DeliveryException(ConnectFault.SpeaksOldMqttOnly(options), e);
            // Where a broker has answered before, none of this is a likely cause. Where the settings ask for TLS, nothing is sent in plain
            // text.
            bool mayBeOther = !hasWorked && judge.Refusal is null && !IsUnreachable(e) && (tls is null || judge.WasShown);
            if (mayBeOther && tcp is not null
                && await OtherProtocol.Answer(tcp.RemoteEndpoint, tls, time, stop).ConfigureAwait(false) is { } said)
                throw new DeliveryException(ConnectFault.IsNoBroker(options, said), e);
            string fault = timeout.IsCancellationRequested
                ? ConnectFault.NoAnswer(options, hasWorked)
                : ConnectFault.Explain(e, options, judge, own, hasWorked);
            throw new DeliveryException(fault, e)
            {
                IsAbsence = judge is { WasShown: false, Refusal: null },
                IsUnreachable = IsUnreachable(e),
            };
        }
    }

    /// <summary>
    /// Whether the broker answers in a protocol: many brokers without MQTT 5 hang up instead of saying so. Any answer in the protocol, also
    /// a refused login, shows that the broker speaks it.
    /// </summary>
    private static async Task<bool> Answers(
        MqttOptions options, string clientId, IMqttClientStreamProvider? tls, TimeProvider time, CancellationToken stop)
    {
        MqttClientOptions settings = Settings(options, clientId);
        ((MqttClientTcpOptions)settings.ChannelOptions).StreamProvider = tls;
        using IMqttClient client = new MqttClientFactory().CreateMqttClient();
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        try
        {
            await client.ConnectAsync(settings, either.Token).ConfigureAwait(false);
            if (client.IsConnected)
                await client.DisconnectAsync(new MqttClientDisconnectOptions(), either.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            stop.ThrowIfCancellationRequested();
            return false;
        }
    }

    private static bool IsUnreachable(Exception e) => e.InnerException is { } inner && IsUnreachable(inner)
        || e is SocketException
        {
            SocketErrorCode: SocketError.ConnectionRefused or SocketError.TimedOut or SocketError.HostUnreachable
                or SocketError.NetworkUnreachable
                or SocketError.HostDown or SocketError.NetworkDown or SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData
        };

    private static MqttClientOptions Settings(MqttOptions options, string clientId)
    {
        var tcp = new MqttClientTcpOptions
        {
            RemoteEndpoint = new DnsEndPoint(options.Host, options.Port, AddressFamily.Unspecified),
            NoDelay = true,
            // The library's default resets the connection on closing; the reset can overtake the DISCONNECT that keeps the last will from
            // being published.
            LingerState = new LingerOption(false, 0),
            BufferSize = 64 * 1024,
        };
        return new MqttClientOptions
        {
            ChannelOptions = tcp,
            ClientId = clientId,
            ProtocolVersion = options.IsMqtt5 ? MqttProtocolVersion.V500 : MqttProtocolVersion.V311,
            // A clean session: triggers and signals that waited at the broker while the agent was away are worthless.
            CleanSession = true,
            MaximumPacketSize = options.IsMqtt5 ? LargestReceived : 0,
            KeepAlivePeriod = options.KeepAlive,
            Timeout = options.ConnectTimeout,
            // A small message is one write and one TCP segment; the lane for signals relies on that.
            AllowPacketFragmentation = false,
            Credentials = options.UserName is { } user ? new MqttClientCredentials(user, Password(options)) : null,
        };
    }

    private static byte[]? Password(MqttOptions options)
    {
        if (options.PasswordFile is not { } file)
            return options.Password is { } password ? Encoding.UTF8.GetBytes(password) : null;
        try
        {
            return Encoding.UTF8.GetBytes(SecretFile.Read(file, "Mqtt:PasswordFile"));
        }
        catch (SecretFileException e)
        {
            throw new DeliveryException(e.Message, e);
        }
    }
}
