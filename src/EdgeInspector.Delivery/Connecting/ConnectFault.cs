using System.Net.Sockets;
using EdgeInspector.Foundation.Certificates;
using EdgeInspector.Foundation.Text;
using MQTTnet;
using MQTTnet.Exceptions;

namespace EdgeInspector.Delivery.Connecting;

/// <summary>Turns a fault while connecting into one or two sentences that say what, where and how to mend it.</summary>
internal static class ConnectFault
{
    // A broker's words are quoted, not believed.
    private const int LongestQuote = 300;

    private const int OldRefusedVersion = 1;

    // NATS takes seconds to choose its leaders anew, and meanwhile hangs up on logins.
    private const string NotReady = "It may not be ready: starting, overloaded, or without another node of its cluster. "
        + "The agent keeps trying.";

    /// <summary>Explains a refused login.</summary>
    public static string Explain(MqttClientConnectResult result, MqttOptions options)
    {
        string code = $"(MQTT reason {(int)result.ResultCode}, {result.ResultCode}"
            + $"{(string.IsNullOrEmpty(result.ReasonString) ? "" : $", \"{PrintableText.Of(result.ReasonString, LongestQuote)}\"")})";
        string broker = $"The broker {options.Address}";
        return result.ResultCode switch
        {
            MqttClientConnectResultCode.BadUserNameOrPassword or MqttClientConnectResultCode.NotAuthorized when options.UserName is null =>
                $"{broker} refused the login: it wants a user name and password {code}. Set Mqtt:UserName and Mqtt:PasswordFile.",
            MqttClientConnectResultCode.BadUserNameOrPassword or MqttClientConnectResultCode.NotAuthorized =>
                $"{broker} refused the login of user \"{options.UserName}\" {code}. "
                + "Check Mqtt:UserName and the password, and the broker's access rules.",
            MqttClientConnectResultCode.ClientIdentifierNotValid =>
                $"{broker} refused the client id \"{options.EffectiveClientId}-…\" {code}. Set Mqtt:ClientId to one that it allows.",
            // A code of MQTT 3.1.1 that MQTT 5 does not have.
            (MqttClientConnectResultCode)OldRefusedVersion when options.IsMqtt5 => SpeaksOldMqttOnly(options),
            MqttClientConnectResultCode.UnsupportedProtocolVersion when options.IsMqtt5 => SpeaksOldMqttOnly(options),
            MqttClientConnectResultCode.UnsupportedProtocolVersion =>
                $"{broker} does not speak MQTT 3.1.1 {code}. Set Mqtt:Protocol to \"5\".",
            MqttClientConnectResultCode.Banned => $"{broker} has banned this client {code}. Ask who runs the broker.",
            MqttClientConnectResultCode.ServerUnavailable or MqttClientConnectResultCode.ServerBusy
                or MqttClientConnectResultCode.QuotaExceeded
                or MqttClientConnectResultCode.ConnectionRateExceeded =>
                $"{broker} is overloaded or not ready {code}. The agent keeps trying.",
            MqttClientConnectResultCode.UseAnotherServer or MqttClientConnectResultCode.ServerMoved =>
                $"{broker} sends us elsewhere: \"{PrintableText.Of(result.ServerReference ?? "", LongestQuote)}\" {code}. "
                + "Set Mqtt:Host and Mqtt:Port to it.",
            MqttClientConnectResultCode.RetainNotSupported or MqttClientConnectResultCode.QoSNotSupported =>
                $"{broker} does not allow retained messages or QoS 1, which the agent's state needs {code}. Allow them there.",
            _ => $"{broker} refused the connection {code}. Look into the broker's log.",
        };
    }

    /// <summary>For a broker that refused MQTT 5, or hung up on it and answers MQTT 3.1.1.</summary>
    public static string SpeaksOldMqttOnly(MqttOptions options) =>
        $"The broker {options.Address} does not speak MQTT 5. Set Mqtt:Protocol to \"3.1.1\": "
        + "signals then carry no expiry and events no user properties; all else is the same.";

    /// <summary>For a server that answers where the broker should be, but in another protocol.</summary>
    /// <param name="options">Where the server answered.</param>
    /// <param name="said">The first line of the server's answer, fit to be printed.</param>
    public static string IsNoBroker(MqttOptions options, string said) => said.StartsWith("HTTP/", StringComparison.Ordinal)
        ? $"{options.Host}, port {options.Port}, answers, but not as an MQTT broker: it looks like HTTP (\"{said}\"). "
            + $"{PortOfMqtt(options)} MQTT over WebSockets is not spoken here."
        : $"{options.Host}, port {options.Port}, answers, but not as an MQTT broker: it says \"{said}\". {PortOfMqtt(options)}";

    private static string PortOfMqtt(MqttOptions options) =>
        $"Set {options.PortSetting} to the broker's port for MQTT, "
        + $"mostly {(options.Tls.Enabled ? "8883 with TLS" : "1883, or 8883 with TLS")}.";

    /// <summary>Explains an exception.</summary>
    /// <param name="exception">What went wrong.</param>
    /// <param name="options">Where the connection was to lead.</param>
    /// <param name="judge">The judge of the broker's certificate in this attempt; null when the attempt was over.</param>
    /// <param name="own">The certificate that the agent showed; null: none.</param>
    /// <param name="hasWorked">True: a connection stood before with these settings, so that they are not to blame.</param>
    public static string Explain(
        Exception exception, MqttOptions options, ServerCertificate? judge, ClientIdentity? own = null, bool hasWorked = false)
    {
        string broker = $"the broker {options.Address}";
        if (exception is DeliveryException)
            return exception.Message;
        if (judge?.Refusal is { } refusal)
            return $"The TLS connection to {broker} was refused here: {refusal}";
        for (Exception? e = exception; e is not null; e = e.InnerException)
        {
            if (e is SocketException socket && options is { Host: var host, Port: var port, HostSetting: var place })
            {
                switch (socket.SocketErrorCode)
                {
                    case SocketError.ConnectionRefused:
                        return $"Nothing listens at {host}, port {port}. Is the broker running, "
                            + $"and {(place == options.PortSetting ? $"is {place}" : $"are {place} and {options.PortSetting}")} right?";
                    case SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain:
                        return $"The name \"{host}\" is not known here. Check {place} and this machine's DNS.";
                    case SocketError.TimedOut or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown
                        or SocketError.NetworkDown:
                        return $"{host}, port {port}, can't be reached ({socket.Message}). Check the network, a firewall, and {place}.";
                }
            }
            if (e is OperationCanceledException or MqttCommunicationTimedOutException or TimeoutException)
                return NoAnswer(options, hasWorked);
        }
        // With TLS 1.3, a broker that misses a client certificate says so only after the client believes that the connection is open.
        if (options.Tls.Enabled)
            return ExplainTls(exception, options, judge, own);
        return $"The connection to {broker} was closed before the login was answered ({Innermost(exception).Message.TrimEnd('.')}). "
            + (hasWorked ? NotReady : "Does it expect TLS on this port (Mqtt:Tls:Enabled)?");
    }

    /// <summary>Explains a timeout.</summary>
    public static string NoAnswer(MqttOptions options, bool hasWorked = false)
    {
        string hint = hasWorked ? NotReady
            : options.Tls.Enabled ? "Does it speak TLS on this port?"
            : "Does it expect TLS on this port (Mqtt:Tls:Enabled)?";
        return $"No answer from the broker {options.Address} within {options.ConnectTimeout.TotalSeconds:0.###} s. "
            + $"Check the network and a firewall. {hint}";
    }

    private static string ExplainTls(Exception exception, MqttOptions options, ServerCertificate? judge, ClientIdentity? own)
    {
        string broker = $"The broker {options.Address}", cause = Innermost(exception).Message.TrimEnd('.');
        // The words are OpenSSL's; with another library, one of the other sentences also names the cause.
        if (cause.Contains("protocol version", StringComparison.Ordinal)
            || cause.Contains("unsupported protocol", StringComparison.Ordinal))
            return $"{broker} does not speak TLS 1.2 or 1.3 ({cause}). Older versions are not safe; update the broker.";
        // X509_V_ERR_EC_KEY_EXPLICIT_PARAMS, which .NET has no name for.
        if (cause.Contains("error code '94'", StringComparison.Ordinal))
        {
            return $"{broker} shows a certificate that can't be used here: it, or that of an authority above it, has the curve of its key "
                + "written out instead of named (explicit parameters). At each of them tells: openssl x509 -in CERTIFICATE -noout -text. "
                + "Have that one issued anew for a key whose curve is named, and those below it.";
        }
        // Before it shows a certificate, the server chooses one that the client accepts.
        if (judge is { WasShown: false } && cause.Contains("handshake failure", StringComparison.Ordinal))
        {
            return $"{broker} speaks TLS, but has no certificate that this machine takes ({cause}). "
                + "Most often its key lies on another curve than P-256, P-384 and P-521, such as secp256k1 or brainpool; "
                + "at the broker tells: openssl x509 -in CERTIFICATE -noout -text. Have one issued for a key of RSA, or on P-256.";
        }
        if (judge is { WasShown: false })
            return $"{broker} does not speak TLS on this port: it ended the connection before it showed a certificate ({cause}). "
                + $"Set {options.PortSetting} to its port for TLS, usually 8883.";
        if (options.Tls.ClientCertificateFile is { } uncommon && own is not null && KeyCurve.Uncommon(own.Certificate) is { } curve)
        {
            return $"{broker} does not accept the client certificate {uncommon} ({cause}). "
                + $"Its key lies on the curve {curve}, and in TLS P-256, P-384 and P-521 are common, others not. "
                + $"Have one issued for a key on one of these; a new key and the request for it: {KeyCurve.NewKey}.";
        }
        return options.Tls.ClientCertificateFile is { } file
            ? $"{broker} does not accept the client certificate {file} ({cause}). "
                + $"{Intermediate(own, file)}Have one issued by an authority that the broker trusts, or add that authority there."
            : $"{broker} ended the TLS connection after it had shown its certificate: it wants one of the agent too ({cause}). "
                + "Set Mqtt:Tls:ClientCertificateFile and Mqtt:Tls:ClientKeyFile.";
    }

    /// <summary>A broker that knows only the root can't verify a certificate if nobody shows its issuer's certificate.</summary>
    private static string Intermediate(ClientIdentity? own, string file) => own is null || own.HoldsIssuer
        ? ""
        : $"If \"{PrintableText.Of(own.Certificate.Issuer, LongestQuote)}\", which issued it, is an intermediate authority: "
            + $"put its certificate into {file} too. Else the broker does not know that authority. ";

    /// <summary>Explains why a connection that stood was lost.</summary>
    public static string ExplainLoss(MqttClientDisconnectedEventArgs e, MqttOptions options)
    {
        string why = e.Reason switch
        {
            MqttClientDisconnectReason.SessionTakenOver =>
                "another client logged in under the same id. Give each agent its own Mqtt:ClientId",
            MqttClientDisconnectReason.ServerShuttingDown => "it is shutting down",
            MqttClientDisconnectReason.PacketTooLarge =>
                "a message was too large for it. Lower Images:MaxBytes, or allow larger messages there",
            MqttClientDisconnectReason.NotAuthorized or MqttClientDisconnectReason.AdministrativeAction => $"by its rules ({e.Reason})",
            MqttClientDisconnectReason.KeepAliveTimeout => "it had not heard from the agent in time",
            _ when e.Exception is { } exception => Innermost(exception).Message.TrimEnd('.'),
            MqttClientDisconnectReason.NormalDisconnection or MqttClientDisconnectReason.UnspecifiedError => "it closed the connection",
            _ => e.Reason.ToString(),
        };
        return $"The connection to the broker {options.Address} was lost: {why}.";
    }

    private static Exception Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner)
            exception = inner;
        return exception;
    }
}
