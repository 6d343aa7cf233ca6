using System.Runtime.InteropServices;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Bench;

/// <summary>
/// What is kept of a part: when its frame was in memory, and where the time until its signal went. In ticks of the clock.
/// </summary>
internal readonly record struct BenchPart(
    long Sequence, long CapturedAt, bool IsNone, TimeSpan Preprocess, TimeSpan Run, TimeSpan Decode, TimeSpan FrameToSignal);

/// <summary>Takes a station's records in place of the evidence delivery, without allocating.</summary>
internal sealed class BenchSink : IInspectedPartSink
{
    private readonly List<BenchPart> _parts;

    /// <param name="expected">
    /// Parts to have room for. The memory is touched now: otherwise it would later look as if the agent's memory grew.
    /// </param>
    public BenchSink(int expected)
    {
        _parts = new List<BenchPart>(expected);
        CollectionsMarshal.SetCount(_parts, expected);
        CollectionsMarshal.AsSpan(_parts).Clear();
        _parts.Clear();
    }

    /// <summary>The parts that came; to be read when the station is idle.</summary>
    public IReadOnlyList<BenchPart> Parts => _parts;

    public void Open(string station, Trigger trigger)
    {
    }

    public void Accept(InspectedPart part)
    {
        lock (_parts)
        {
            _parts.Add(new BenchPart(
                part.Sequence,
                part.Frame?.CapturedAt ?? 0,
                part.Verdict.Kind == VerdictKind.None,
                part.Timing.Preprocess,
                part.Timing.Run,
                part.Timing.Decode,
                part.FrameToSignal));
        }
        part.Dispose();
    }
}
