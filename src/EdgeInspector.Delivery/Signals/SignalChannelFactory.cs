using MQTTnet;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Formatter;
using MQTTnet.Implementations;

namespace EdgeInspector.Delivery.Signals;

/// <summary>Builds a client's connection as the library does, over TCP, with the lane for signals in it.</summary>
/// <param name="acknowledgements">Which signals wait for the broker.</param>
/// <param name="onRefusal">Told the reason code of an acknowledgement that is a refusal.</param>
/// <param name="mostBytes">The most that signals write at once.</param>
internal sealed class SignalChannelFactory(SignalAcknowledgements acknowledgements, Action<byte> onRefusal, int mostBytes)
    : IMqttClientAdapterFactory
{
    /// <summary>The connection that was built last.</summary>
    public SignalChannel? Channel { get; private set; }

    /// <inheritdoc />
    public IMqttChannelAdapter CreateClientAdapter(MqttClientOptions options, MqttPacketInspector packetInspector, IMqttNetLogger logger)
    {
        Channel = new SignalChannel(new MqttTcpChannel(options), acknowledgements, onRefusal, mostBytes);
        var formatter = new MqttPacketFormatterAdapter(
            options.ProtocolVersion, new MqttBufferWriter(options.WriterBufferSize, options.WriterBufferSizeMax));
        return new MqttChannelAdapter(Channel, formatter, logger)
        {
            AllowPacketFragmentation = options.AllowPacketFragmentation,
            PacketInspector = packetInspector,
        };
    }
}
