using System.Buffers.Binary;
using System.Text;

namespace EdgeInspector.Delivery.Signals;

/// <summary>
/// Writes PUBLISH packets of one topic at QoS 1, not retained (MQTT 3.1.1 and 5, section 3.3), into memory that the caller gives.
/// Allocates nothing after it was made.
/// </summary>
internal sealed class SignalPacket
{
    private const byte PublishAtLeastOnce = 0x32;
    private const byte MessageExpiryInterval = 0x02;

    private readonly byte[] _topic;
    private readonly byte[] _properties;

    /// <param name="topic">The topic; its length in UTF-8 at most 65535 bytes.</param>
    /// <param name="isMqtt5">True: with an expiry of one second, the shortest that the protocol has.</param>
    public SignalPacket(string topic, bool isMqtt5)
    {
        _topic = new byte[2 + Encoding.UTF8.GetByteCount(topic)];
        BinaryPrimitives.WriteUInt16BigEndian(_topic, checked((ushort)Encoding.UTF8.GetBytes(topic, _topic.AsSpan(2))));
        _properties = isMqtt5 ? [5, MessageExpiryInterval, 0, 0, 0, 1] : [];
    }

    /// <summary>The most bytes of a packet with a payload of so many bytes.</summary>
    public int LengthFor(int payload) => 5 + _topic.Length + 2 + _properties.Length + payload;

    /// <summary>Writes one packet.</summary>
    /// <param name="to">Has room for <see cref="LengthFor"/>.</param>
    /// <param name="id">The packet's identifier, not 0.</param>
    /// <param name="payload">The payload.</param>
    /// <returns>The length of the packet.</returns>
    public int Write(Span<byte> to, ushort id, ReadOnlySpan<byte> payload)
    {
        int at = 0;
        to[at++] = PublishAtLeastOnce;
        int remaining = _topic.Length + 2 + _properties.Length + payload.Length;
        for (; remaining > 127; remaining >>= 7)
            to[at++] = (byte)(remaining | 0x80);
        to[at++] = (byte)remaining;
        _topic.CopyTo(to[at..]);
        at += _topic.Length;
        BinaryPrimitives.WriteUInt16BigEndian(to[at..], id);
        at += 2;
        _properties.CopyTo(to[at..]);
        at += _properties.Length;
        payload.CopyTo(to[at..]);
        return at + payload.Length;
    }
}
