using System.Text;
using System.Text.Json;
using EdgeInspector.Delivery.Signals;
using EdgeInspector.Inspection.Verdicts;
using FsCheck;
using FsCheck.Fluent;

namespace EdgeInspector.Delivery.Tests.Signals;

public sealed class SignalPayloadTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 23, 22, 5, 7, 89, TimeSpan.FromHours(1));

    [Fact]
    public void It_reads_like_the_contract()
    {
        using var payload = new SignalPayload();
        string text = Encoding.UTF8.GetString(payload.Write(new Signal("part-7", 42, VerdictKind.None, GateAction.Stop, At, 0), 150).Span);
        Assert.Equal("""{"part":"part-7","seq":42,"verdict":"none","action":"stop","at":"2026-11-23T21:05:07.089Z","validMs":150}""", text);
    }

    [Fact]
    public void It_is_valid_json_of_at_most_200_bytes_for_any_part_id()
    {
        using var payload = new SignalPayload();
        string[] nasty =
        [
            "", "\"", "\\", new string('"', 500), new string('\u0001', 500), new string('部', 500),
            string.Concat(Enumerable.Repeat("😀", 300)), new string('\ud83d', 300), "a" + string.Concat(Enumerable.Repeat("😀", 300)),
            "\udc00", new string('ä', 127) + "😀", "\u2028\u2029</script>", "\0", new string('x', 10_000),
        ];
        foreach (string part in nasty)
            Holds(payload, part, long.MaxValue, long.MaxValue);
        foreach (string part in nasty)
            Holds(payload, part, 1, 1);
        Check.QuickThrowOnFailure(
            Prop.ForAll<string, long, long>((part, sequence, valid) => Holds(payload, part ?? "", sequence, valid & long.MaxValue)));
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++)
            Holds(
                payload,
                new string([.. Enumerable.Range(0, random.Next(200)).Select(_ => (char)random.Next(0x10000))]),
                random.NextInt64(),
                random.Next(100_000));
    }

    [Fact]
    public void A_part_id_that_fits_is_kept_whole_and_a_longer_one_loses_its_end()
    {
        using var payload = new SignalPayload();
        string fits = new('x', 90), longer = new('y', 128);
        Assert.Equal(fits, Part(payload, fits));
        string cut = Part(payload, longer);
        Assert.StartsWith(cut, longer, StringComparison.Ordinal);
        Assert.Equal(200, payload.Write(new Signal(longer, 1, VerdictKind.Pass, GateAction.Pass, At, 0), 100).Length);
    }

    [Fact]
    public void Writing_allocates_nothing()
    {
        using var payload = new SignalPayload();
        var signal = new Signal("part-ä-7", 42, VerdictKind.Reject, GateAction.Reject, At, 0);
        for (int i = 0; i < 100; i++)
            payload.Write(signal, 100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            payload.Write(signal, 100);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }

    private static string Part(SignalPayload payload, string part) =>
        JsonDocument.Parse(payload.Write(new Signal(part, 1, VerdictKind.Pass, GateAction.Pass, At, 0), 100)).RootElement
            .GetProperty("part")
            .GetString()!;

    private static void Holds(SignalPayload payload, string part, long sequence, long valid)
    {
        ReadOnlyMemory<byte> bytes = payload.Write(new Signal(part, sequence, VerdictKind.Review, GateAction.Reject, At, 0), valid);
        Assert.InRange(bytes.Length, 1, 200);
        JsonElement json = JsonDocument.Parse(bytes).RootElement;
        Assert.Equal(sequence, json.GetProperty("seq").GetInt64());
        Assert.Equal(valid, json.GetProperty("validMs").GetInt64());
        // Half a surrogate pair is no character: it becomes the replacement character, as everywhere in UTF-8.
        string whole = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(part));
        Assert.StartsWith(json.GetProperty("part").GetString()!, whole, StringComparison.Ordinal);
    }
}
