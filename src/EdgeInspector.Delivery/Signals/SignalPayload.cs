using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Signals;

/// <summary>
/// Writes a signal as <c>{"part","seq","verdict","action","at","validMs"}</c> in at most <see cref="MostBytes"/> bytes of UTF-8.
/// A part id that is too long is cut at the end between two characters; <c>seq</c> still tells the parts apart.
/// Allocates nothing after the first use. One user at a time.
/// </summary>
internal sealed class SignalPayload : IBufferWriter<byte>, IDisposable
{
    /// <summary>The largest payload.</summary>
    public const int MostBytes = 200;

    // {"part":"","seq":,"verdict":"","action":"","at":"2026-11-23T12:34:56.789Z","validMs":}
    private const int Skeleton = 86;

    // No part id of more characters than this can fit, since each takes at least one byte.
    private const int MostCharacters = 128;

    // Only what JSON demands is escaped: part ids stay readable and short.
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    private static readonly JsonEncodedText Part = JsonEncodedText.Encode("part");
    private static readonly JsonEncodedText Seq = JsonEncodedText.Encode("seq");
    private static readonly JsonEncodedText VerdictName = JsonEncodedText.Encode("verdict");
    private static readonly JsonEncodedText Action = JsonEncodedText.Encode("action");
    private static readonly JsonEncodedText At = JsonEncodedText.Encode("at");
    private static readonly JsonEncodedText ValidMs = JsonEncodedText.Encode("validMs");

    // Far more than is ever written: the writer asks for room for its own worst case, and must never ask twice.
    private readonly byte[] _bytes = new byte[8 * 1024];
    private readonly Utf8JsonWriter _writer;
    private int _length;

    public SignalPayload() => _writer = new Utf8JsonWriter(this, new JsonWriterOptions { Encoder = Encoder, SkipValidation = true });

    /// <summary>Writes one signal; the result is valid until the next call.</summary>
    /// <param name="signal">The signal to write.</param>
    /// <param name="validMs">Whole milliseconds until the deadline, 0 or more.</param>
    public ReadOnlyMemory<byte> Write(in Signal signal, long validMs)
    {
        JsonEncodedText verdict = Word(signal.Verdict);
        JsonEncodedText action = Word(signal.Action);
        int room = MostBytes - Skeleton - verdict.EncodedUtf8Bytes.Length - action.EncodedUtf8Bytes.Length - Digits(signal.Sequence)
            - Digits(validMs);

        Span<byte> part = stackalloc byte[MostCharacters * 3];
        Span<byte> escaped = stackalloc byte[MostBytes];
        ReadOnlySpan<char> id = signal.Part;
        if (id.Length > MostCharacters)
            id = id[..(char.IsHighSurrogate(id[MostCharacters - 1]) ? MostCharacters - 1 : MostCharacters)];
        int bytes = Encoding.UTF8.GetBytes(id, part);
        // Stops before the first character whose escaped form has no room.
        Encoder.EncodeUtf8(part[..bytes], escaped[..room], out int fits, out _, isFinalBlock: true);

        Span<byte> at = stackalloc byte[24];
        signal.At.UtcDateTime.TryFormat(at, out int atLength, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

        _length = 0;
        _writer.Reset();
        _writer.WriteStartObject();
        _writer.WriteString(Part, part[..fits]);
        _writer.WriteNumber(Seq, signal.Sequence);
        _writer.WriteString(VerdictName, verdict);
        _writer.WriteString(Action, action);
        _writer.WriteString(At, at[..atLength]);
        _writer.WriteNumber(ValidMs, validMs);
        _writer.WriteEndObject();
        _writer.Flush();
        return _bytes.AsMemory(0, _length);
    }

    /// <inheritdoc />
    public void Dispose() => _writer.Dispose();

    void IBufferWriter<byte>.Advance(int count) => _length += count;

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint) => _bytes.AsMemory(_length);

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint) => _bytes.AsSpan(_length);

    private static JsonEncodedText Word(VerdictKind verdict) => verdict switch
    {
        VerdictKind.Pass => Words.Pass,
        VerdictKind.Reject => Words.Reject,
        VerdictKind.Review => Words.Review,
        _ => Words.None,
    };

    private static JsonEncodedText Word(GateAction action) => action switch
    {
        GateAction.Pass => Words.Pass,
        GateAction.Stop => Words.Stop,
        _ => Words.Reject,
    };

    private static int Digits(long number)
    {
        Span<byte> digits = stackalloc byte[20];
        number.TryFormat(digits, out int length, default, CultureInfo.InvariantCulture);
        return length;
    }

    private static class Words
    {
        public static readonly JsonEncodedText Pass = JsonEncodedText.Encode(VerdictWords.Pass);
        public static readonly JsonEncodedText Reject = JsonEncodedText.Encode(VerdictWords.Reject);
        public static readonly JsonEncodedText Review = JsonEncodedText.Encode(VerdictWords.Review);
        public static readonly JsonEncodedText None = JsonEncodedText.Encode(VerdictWords.None);
        public static readonly JsonEncodedText Stop = JsonEncodedText.Encode(VerdictWords.Stop);
    }
}
