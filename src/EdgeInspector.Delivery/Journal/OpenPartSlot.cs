using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Journal;

/// <summary>
/// How one open part lies in its slot. Three blocks, each with a check that is written last: the accepted trigger, then what the gate is
/// about to be told, then the outcome. If the process is killed while it writes one block, the blocks before stay whole.
/// </summary>
/// <remarks>
/// Little-endian. At 0: check (8), id (16), order (8), number (8), triggered (8, UTC ticks), lengths of station and part (2 + 2), challenge
/// (1), 3 unused, station, part. At <see cref="OutcomeAt"/> and <see cref="AnswerAt"/>: check (8), verdict time (8), verdict, reason,
/// action, signal (1 each), 4 unused. A check covers its block's content, those of the last two blocks also the id, so that such a block
/// can't be taken for another part's. A check of zero: the block is empty.
/// </remarks>
internal static class OpenPartSlot
{
    /// <summary>Bytes of a slot; a page holds a whole number of them.</summary>
    public const int Size = 1024;

    /// <summary>The longest station name that fits; settings allow 64 characters.</summary>
    public const int MostStationBytes = 256;

    /// <summary>The longest part id that fits; the id in a trigger has at most 128 characters.</summary>
    public const int MostPartBytes = 512;

    /// <summary>Where the block with the outcome lies.</summary>
    public const int OutcomeAt = 960;

    /// <summary>Where the block lies that says what the gate is about to be told; counts while there is no outcome.</summary>
    public const int AnswerAt = 992;

    // One byte, so that no kill can tear it. It says that the event is committed, and that the slot is only kept for the audit log.
    private const int SafeAt = 988;

    private const int TextAt = 56;
    private const int OutcomeLength = 20;

    // Makes every check different from zero.
    private const ulong Mark = 0x4549_4F50UL << 32;

    public static void WriteOpened(Span<byte> slot, Guid id, long order, long number, string station, string part,
        DateTimeOffset triggeredAt, Challenge challenge)
    {
        Clear(slot);
        slot[OutcomeAt..].Clear();
        id.TryWriteBytes(slot[8..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(slot[24..], order);
        BinaryPrimitives.WriteInt64LittleEndian(slot[32..], number);
        BinaryPrimitives.WriteInt64LittleEndian(slot[40..], triggeredAt.UtcTicks);
        // Texts that are too long are cut between two characters.
        Utf8.FromUtf16(station, slot.Slice(TextAt, MostStationBytes), out _, out int stationLength);
        Utf8.FromUtf16(part, slot.Slice(TextAt + stationLength, MostPartBytes), out _, out int partLength);
        BinaryPrimitives.WriteUInt16LittleEndian(slot[48..], (ushort)stationLength);
        BinaryPrimitives.WriteUInt16LittleEndian(slot[50..], (ushort)partLength);
        slot.Slice(52, 4).Clear();
        slot[52] = (byte)challenge;
        Seal(slot, 0, Check(slot[8..(TextAt + stationLength + partLength)], default));
    }

    public static void WriteOutcome(Span<byte> slot, in OpenPartOutcome outcome, int at)
    {
        Seal(slot, at, 0);
        Span<byte> block = slot.Slice(at + 8, OutcomeLength - 4);
        BinaryPrimitives.WriteInt64LittleEndian(block, outcome.VerdictAt.UtcTicks);
        block[8] = (byte)outcome.Kind;
        block[9] = (byte)outcome.Reason;
        block[10] = (byte)outcome.Action;
        block[11] = (byte)outcome.Signal;
        block[12..].Clear();
        Seal(slot, at, Check(block, slot.Slice(8, 16)));
    }

    /// <summary>Notes that the event is committed.</summary>
    public static void WriteSafe(Span<byte> slot) => slot[SafeAt] = 1;

    /// <summary>Frees the slot by one store.</summary>
    public static void Clear(Span<byte> slot) => Seal(slot, 0, 0);

    /// <summary>True when the slot is empty.</summary>
    public static bool IsFree(ReadOnlySpan<byte> slot) => BinaryPrimitives.ReadUInt64LittleEndian(slot) == 0;

    /// <summary>Reads a slot that is not free. Trusts nothing; null when the slot is torn or garbage.</summary>
    public static OpenPart? Read(ReadOnlySpan<byte> slot)
    {
        int stationLength = BinaryPrimitives.ReadUInt16LittleEndian(slot[48..]);
        int partLength = BinaryPrimitives.ReadUInt16LittleEndian(slot[50..]);
        if (stationLength is 0 or > MostStationBytes || partLength > MostPartBytes)
            return null;
        if (BinaryPrimitives.ReadUInt64LittleEndian(slot) != Check(slot[8..(TextAt + stationLength + partLength)], default))
            return null;
        ReadOnlySpan<byte> station = slot.Slice(TextAt, stationLength);
        ReadOnlySpan<byte> part = slot.Slice(TextAt + stationLength, partLength);
        if (!Utf8.IsValid(station) || !Utf8.IsValid(part)
            || Time(BinaryPrimitives.ReadInt64LittleEndian(slot[40..])) is not { } triggeredAt)
            return null;
        return new OpenPart(
            new Guid(slot.Slice(8, 16), bigEndian: true),
            BinaryPrimitives.ReadInt64LittleEndian(slot[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(slot[32..]),
            Encoding.UTF8.GetString(station),
            Encoding.UTF8.GetString(part),
            triggeredAt,
            ReadOutcome(slot, OutcomeAt) ?? ReadOutcome(slot, AnswerAt),
            Enum.IsDefined((Challenge)slot[52]) ? (Challenge)slot[52] : Challenge.None,
            IsEventSafe: slot[SafeAt] == 1);
    }

    /// <summary>A checksum (CRC-32C) that is never zero.</summary>
    public static ulong Check(ReadOnlySpan<byte> content, ReadOnlySpan<byte> alsoOf)
    {
        uint check = Add(Add(uint.MaxValue, content), alsoOf);
        return Mark | check;

        static uint Add(uint check, ReadOnlySpan<byte> bytes)
        {
            ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
            foreach (ulong word in words)
                check = BitOperations.Crc32C(check, word);
            foreach (byte single in bytes[(words.Length * 8)..])
                check = BitOperations.Crc32C(check, single);
            return check;
        }
    }

    private static OpenPartOutcome? ReadOutcome(ReadOnlySpan<byte> slot, int at)
    {
        ReadOnlySpan<byte> block = slot.Slice(at + 8, OutcomeLength - 4);
        if (BinaryPrimitives.ReadUInt64LittleEndian(slot[at..]) != Check(block, slot.Slice(8, 16))
            || Time(BinaryPrimitives.ReadInt64LittleEndian(block)) is not { } verdictAt)
        {
            return null;
        }
        var outcome = new OpenPartOutcome(
            verdictAt, (VerdictKind)block[8], (NoneReason)block[9], (GateAction)block[10], (SignalOutcome)block[11]);
        return Enum.IsDefined(outcome.Kind) && Enum.IsDefined(outcome.Reason) && Enum.IsDefined(outcome.Action)
            && Enum.IsDefined(outcome.Signal)
            ? outcome
            : null;
    }

    private static DateTimeOffset? Time(long ticks) =>
        ticks >= 0 && ticks <= DateTime.MaxValue.Ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    // The check is stored after the block: no store of the block may come later, so a check says that its block is complete.
    private static void Seal(Span<byte> slot, int at, ulong check) =>
        Volatile.Write(
            ref MemoryMarshal.Cast<byte, ulong>(slot[at..])[0],
            BitConverter.IsLittleEndian ? check : BinaryPrimitives.ReverseEndianness(check));
}
