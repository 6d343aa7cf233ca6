using System.Buffers.Binary;

namespace EdgeInspector.Delivery.Signals;

/// <summary>
/// Takes the acknowledgements of signals out of the broker's packets; all other packets go on to the client, byte for byte. Allocates
/// nothing. One caller at a time.
/// </summary>
/// <param name="isMine">
/// Called with an acknowledgement's identifier and reason code (MQTT 5, section 3.4.2.1; 0 where there is none); returns true when the
/// acknowledgement belongs to a signal.
/// </param>
internal sealed class AcknowledgementFilter(Func<ushort, byte, bool> isMine)
{
    private const int Puback = 4;

    private readonly byte[] _bytes = new byte[4096];
    private int _from;
    private int _to;
    private long _passing;
    private long _dropping;

    /// <summary>Where the next bytes from the broker are to be put; never empty after <see cref="Give"/> gave nothing.</summary>
    public ArraySegment<byte> Room
    {
        get
        {
            if (_from > 0)
            {
                _bytes.AsSpan(_from, _to - _from).CopyTo(_bytes);
                (_from, _to) = (0, _to - _from);
            }
            return new ArraySegment<byte>(_bytes, _to, _bytes.Length - _to);
        }
    }

    private ReadOnlySpan<byte> Held => _bytes.AsSpan(_from, _to - _from);

    /// <summary>Says that so many bytes of the broker were put into <see cref="Room"/>.</summary>
    public void Add(int count) => _to += count;

    /// <summary>Gives the client the bytes that are meant for it; 0 when more bytes must come from the broker first.</summary>
    public int Give(Span<byte> to)
    {
        while (!Held.IsEmpty)
        {
            if (_dropping > 0)
            {
                _dropping -= Advance(_dropping);
                continue;
            }
            if (_passing > 0)
            {
                int given = (int)Math.Min(Math.Min(_passing, to.Length), Held.Length);
                Held[..given].CopyTo(to);
                _passing -= Advance(given);
                return given;
            }
            if (!HandleNext())
                return 0;
        }
        return 0;
    }

    /// <summary>Decides about the packet that begins here; false when more bytes are needed to decide.</summary>
    private bool HandleNext()
    {
        if (!TryLength(out int header, out int remaining))
        {
            // A length of more than four bytes is malformed; the bytes go on to the client, which reports the fault.
            _passing = header < 0 ? long.MaxValue : 0;
            return header < 0;
        }
        if (Held[0] >> 4 != Puback || remaining < 2)
        {
            _passing = header + remaining;
            return true;
        }
        int needed = header + Math.Min(remaining, 3);
        if (Held.Length < needed)
            return false;
        ushort id = BinaryPrimitives.ReadUInt16BigEndian(Held[header..]);
        byte reason = remaining > 2 ? Held[header + 2] : (byte)0;
        if (isMine(id, reason))
            _dropping = header + remaining;
        else
            _passing = header + remaining;
        return true;
    }

    /// <summary>
    /// Reads the remaining length (section 2.1.4). False with a header of 0 bytes when the length is not whole yet, of -1 when it is
    /// malformed.
    /// </summary>
    private bool TryLength(out int header, out int remaining)
    {
        remaining = 0;
        for (header = 1; header <= 4 && header < Held.Length; header++)
        {
            byte digit = Held[header];
            remaining |= (digit & 0x7F) << (7 * (header - 1));
            if (digit < 0x80)
            {
                header++;
                return true;
            }
        }
        header = header > 4 ? -1 : 0;
        return false;
    }

    private int Advance(long most)
    {
        int count = (int)Math.Min(most, _to - _from);
        _from += count;
        return count;
    }
}
