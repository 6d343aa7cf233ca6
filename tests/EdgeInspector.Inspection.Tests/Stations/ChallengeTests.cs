using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.Inspection.Tests.Stations;

/// <summary>A station whose challenge parts come among others.</summary>
public sealed class ChallengeTests : IDisposable
{
    private readonly FramePool _pool = new();
    private readonly InMemoryLine _line = new();
    private readonly StationCounters _counters = new();
    private readonly StationHealth _health = new();
    private volatile string _tag = "scratch";
    private long _frames;

    public void Dispose() => _pool.Dispose();

    private Station Start(bool answerNone)
    {
        var options = new StationOptions
        {
            Trigger = new TriggerOptions { Kind = TriggerKind.EveryFrame },
            Deadline = TimeSpan.FromSeconds(20),
            Picture = PictureOptions.Off,
            Challenge = new ChallengeOptions { BadParts = ["NOK-*"], AnswerNone = answerNone },
            Reconciliation = new ReconciliationOptions { Enabled = true },
        };
        var generation = new CallbackGeneration(_ => new Prediction(_tag, 0.9f));
        var station = new Station(
            new StationScope("weld-3", _health, _counters, TimeProvider.System, NullLogger.Instance),
            options,
            RuleSet.Create(options, generation.Model, out _)!,
            generation,
            new StationOutputs(_line, _line));
        station.Start();
        return station;
    }

    private InspectedPart Inspect(Station station, string part)
    {
        Frame frame = _pool.Rent(8, 8);
        frame.Writable.Clear();
        frame.Stamp(TimeProvider.System.GetTimestamp(), DateTimeOffset.UtcNow, ++_frames, part);
        station.Accept(frame, mayWait: true, TestContext.Current.CancellationToken);
        InspectedPart record = _line.Next();
        station.WaitUntilIdle(TestContext.Current.CancellationToken);
        return record;
    }

    [Fact]
    public void It_gets_its_verdict_and_signal_and_counts_among_no_others()
    {
        using Station station = Start(answerNone: false);
        Assert.Equal(Challenge.None, Inspect(station, "A-1").Challenge);
        InspectedPart challenge = Inspect(station, "NOK-1");
        Assert.Equal(
            (Challenge.Bad, VerdictKind.Reject, GateAction.Reject), (challenge.Challenge, challenge.Verdict.Kind, challenge.Action));
        Assert.Equal((2, GateAction.Reject), (_line.Signals.Count, _line.Signals.Last().Action));
        Assert.Equal((1, 1, 1, 1), (_counters.Triggers, _counters.Reject, _counters.SignalsSent, _counters.Challenges));
        Assert.False(_health.Has(Station.ChallengeComponent));
    }

    [Fact]
    public void One_that_passes_degrades_the_station_and_its_signal_says_what_the_verdict_says()
    {
        using Station station = Start(answerNone: false);
        _tag = "ok";
        Assert.Equal(GateAction.Pass, Inspect(station, "NOK-1").Action);
        Assert.Contains("NOK-1 passed", _health.Complaints[Station.ChallengeComponent], StringComparison.Ordinal);
        Assert.Equal(VerdictKind.Pass, Inspect(station, "A-1").Verdict.Kind);
        _tag = "scratch";
        Inspect(station, "NOK-1");
        Assert.False(_health.Has(Station.ChallengeComponent));
    }

    [Fact]
    public void By_setting_the_others_get_none_until_one_is_found()
    {
        using Station station = Start(answerNone: true);
        _tag = "ok";
        Inspect(station, "NOK-1");
        InspectedPart other = Inspect(station, "A-1");
        Assert.Equal((VerdictKind.None, NoneReason.Challenge, GateAction.Reject), (other.Verdict.Kind, other.Verdict.Reason, other.Action));
        Assert.Contains("NOK-1 passed", other.Verdict.Rule, StringComparison.Ordinal);
        _tag = "scratch";
        Assert.Equal(VerdictKind.Reject, Inspect(station, "NOK-1").Verdict.Kind);
        _tag = "ok";
        Assert.Equal(VerdictKind.Pass, Inspect(station, "A-2").Verdict.Kind);
        Assert.Equal((2, 1, 1, 2), (_counters.Triggers, _counters.Pass, _counters.None, _counters.Challenges));
    }

    [Fact]
    public void The_PLC_that_counts_them_too_counts_the_same_parts()
    {
        using Station station = Start(answerNone: false);
        var reconciliation = new Reconciliation(
            new ReconciliationOptions { Enabled = true, Grace = TimeSpan.Zero }, _counters, TimeProvider.System);
        reconciliation.Report(100);
        Inspect(station, "A-1");
        Inspect(station, "NOK-1");
        reconciliation.Report(102);
        Assert.Null(reconciliation.Check(() => 0));
    }
}
