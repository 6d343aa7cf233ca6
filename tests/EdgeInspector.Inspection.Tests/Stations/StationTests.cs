using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.Inspection.Tests.Stations;

public sealed class StationTests : IDisposable
{

    private readonly FramePool _pool = new();
    private readonly InMemoryLine _line = new();
    private readonly StationCounters _counters = new();
    private readonly StationHealth _health = new();
    private long _frames;

    public void Dispose() => _pool.Dispose();

    private Station Start(StationOptions options, Func<Frame, Prediction>? predict = null, TimeProvider? time = null)
    {
        var generation = new CallbackGeneration(predict ?? (_ => new Prediction("ok", 0.9f)));
        RuleSet rules = RuleSet.Create(options, generation.Model, out _)!;
        var station = new Station(
            new StationScope("weld-3", _health, _counters, time ?? TimeProvider.System, NullLogger.Instance),
            options,
            rules,
            generation,
            new StationOutputs(_line, _line));
        station.Start();
        return station;
    }

    private static StationOptions Options(TriggerKind kind, TimeSpan? deadline = null, int queue = 8) => new()
    {
        Trigger = new TriggerOptions { Kind = kind, QueueLength = queue },
        Deadline = deadline ?? TimeSpan.FromSeconds(20),
        Picture = PictureOptions.Off,
    };

    private Frame Picture(TimeProvider? time = null, string? label = null)
    {
        time ??= TimeProvider.System;
        Frame frame = _pool.Rent(8, 8);
        frame.Writable.Clear();
        frame.Stamp(time.GetTimestamp(), time.GetUtcNow(), ++_frames, label);
        return frame;
    }

    private void AllFramesAreReturned() => Assert.Equal(0, _pool.InUse);

    [Fact]
    public void A_part_with_several_pictures_gets_one_verdict_by_the_worst_and_the_record_keeps_that_picture()
    {
        using (Station station = Start(
            Options(TriggerKind.EveryFrame), frame => new Prediction(frame.Pixels[0] == 7 ? "scratch" : "ok", 0.9f)))
        {
            Frame first = Picture(label: "p"), second = Picture(label: "p"), third = Picture(label: "p");
            second.Writable[0] = 7;
            second.Append(third);
            first.Append(second);
            Frame? kept = null;
            _line.BeforeTake = part => kept = part.Frame;
            station.Accept(first, mayWait: true, TestContext.Current.CancellationToken);
            InspectedPart part = _line.Next();
            Assert.Equal(("p", VerdictKind.Reject, "page 2 of 3: scratch 0.90 ≥ 0.50"), (part.Part, part.Verdict.Kind, part.Verdict.Rule));
            Assert.Same(second, kept);
            Assert.Equal((1, 0), (_line.Signals.Count, _line.Waiting));
        }
        AllFramesAreReturned();
    }

    [Fact]
    public void Every_frame_is_a_part_and_gets_one_signal_before_its_record()
    {
        using (Station station = Start(Options(TriggerKind.EveryFrame)))
        {
            for (int i = 0; i < 3; i++)
                station.Accept(Picture(label: $"p{i}"), mayWait: true, TestContext.Current.CancellationToken);
            for (int i = 0; i < 3; i++)
                Assert.Equal($"p{i}", _line.Next().Part);
        }
        Assert.Equal(
            ["note Pass Pass", "signal 1", "record 1", "note Pass Pass", "signal 2", "record 2", "note Pass Pass", "signal 3", "record 3"],
            _line.Order);
        Assert.Equal((3, 3), (_counters.Triggers, _counters.Pass));
        AllFramesAreReturned();
    }

    [Fact]
    public void A_part_whose_picture_cannot_be_looked_at_gets_none_at_once_with_the_reason()
    {
        using (Station station = Start(Options(TriggerKind.EveryFrame)))
        {
            station.FireUnseen("p7", "the file 'p7.jpg' can't be inspected: It is cut off.");
            InspectedPart part = _line.Next();
            Assert.Equal(("p7", VerdictKind.None, NoneReason.Camera), (part.Part, part.Verdict.Kind, part.Verdict.Reason));
            Assert.Equal("the file 'p7.jpg' can't be inspected: It is cut off.", part.Verdict.Rule);
            Assert.Equal(GateAction.Reject, part.Action);
        }
        Assert.Equal((1, 1), (_counters.Triggers, _counters.None));
    }

    [Fact]
    public void A_trigger_is_never_answered_with_a_frame_from_before_it()
    {
        var seen = new List<long>();
        using (Station station = Start(Options(TriggerKind.Mqtt), frame =>
        {
            seen.Add(frame.Sequence);
            return new Prediction("ok", 0.9f);
        }))
        {
            station.Accept(Picture(), mayWait: false, TestContext.Current.CancellationToken);
            station.Fire("part", TimeProvider.System.GetTimestamp());
            Eventually.True(() => _counters.FramesSkipped == 1);
            station.Accept(Picture(), mayWait: false, TestContext.Current.CancellationToken);
            Assert.Equal("part", _line.Next().Part);
        }
        Assert.Equal([2], seen);
        AllFramesAreReturned();
    }

    [Fact]
    public void Without_a_frame_the_part_gets_none_with_the_fail_safe_action_at_its_deadline()
    {
        StationOptions options = Options(TriggerKind.Mqtt, TimeSpan.FromMilliseconds(30)) with { FailSafe = GateAction.Stop };
        using Station station = Start(options);
        station.Fire("lonely", TimeProvider.System.GetTimestamp());
        InspectedPart record = _line.Next();
        Assert.Equal((VerdictKind.None, NoneReason.Camera, GateAction.Stop), (record.Verdict.Kind, record.Verdict.Reason, record.Action));
        Assert.Equal(1, _counters.None);
    }

    [Fact]
    public void A_late_verdict_is_sent_as_none_with_the_fail_safe_action()
    {
        var time = new FakeTimeProvider();
        using Station station = Start(Options(TriggerKind.EveryFrame, TimeSpan.FromMilliseconds(150)), _ =>
        {
            time.Advance(TimeSpan.FromMilliseconds(151));
            return new Prediction("ok", 0.99f);
        }, time);
        station.Accept(Picture(time), mayWait: false, TestContext.Current.CancellationToken);
        InspectedPart record = _line.Next();
        Assert.Equal(
            (VerdictKind.None, NoneReason.Deadline, GateAction.Reject), (record.Verdict.Kind, record.Verdict.Reason, record.Action));
        Assert.NotEmpty(record.Predictions);
    }

    [Fact]
    public void A_model_that_fails_costs_one_part_its_verdict_and_not_the_station()
    {
        int runs = 0;
        using (Station station = Start(Options(TriggerKind.EveryFrame), _ =>
            ++runs == 1 ? throw new PredictionException("broken") : new Prediction("ok", 0.9f)))
        {
            station.Accept(Picture(), mayWait: true, TestContext.Current.CancellationToken);
            InspectedPart first = _line.Next();
            Assert.Equal((VerdictKind.None, NoneReason.Model), (first.Verdict.Kind, first.Verdict.Reason));
            station.Accept(Picture(), mayWait: true, TestContext.Current.CancellationToken);
            Assert.Equal(VerdictKind.Pass, _line.Next().Verdict.Kind);
        }
        Assert.True(_health.IsGood);
        AllFramesAreReturned();
    }

    [Fact]
    public void Triggers_beyond_the_queue_get_none_at_once_and_all_triggers_get_one_verdict()
    {
        using var gate = new ManualResetEventSlim();
        const int Parts = 10;
        using (Station station = Start(Options(TriggerKind.EveryFrame, queue: 2), _ =>
        {
            gate.Wait(Eventually.Patience);
            return new Prediction("scratch", 0.9f);
        }))
        {
            for (int i = 0; i < Parts; i++)
                station.Accept(Picture(), mayWait: false, TestContext.Current.CancellationToken);
            // One may be inspected and two may wait; all others are answered while the model still hangs.
            Eventually.True(() => _counters.None >= Parts - 3);
            gate.Set();
            for (int i = 0; i < Parts; i++)
                _line.Next();
        }
        Assert.Equal(Parts, _counters.Triggers);
        Assert.Equal(Parts, _counters.Pass + _counters.Reject + _counters.Review + _counters.None);
        Assert.Equal(Parts, _line.Signals.Select(s => s.Sequence).Distinct().Count());
        AllFramesAreReturned();
    }

    [Fact]
    public void A_source_that_may_wait_is_held_up_and_loses_no_picture()
    {
        const int Pictures = 50;
        using (Station station = Start(Options(TriggerKind.EveryFrame, queue: 1)))
        {
            for (int i = 0; i < Pictures; i++)
                station.Accept(Picture(label: $"{i}"), mayWait: true, TestContext.Current.CancellationToken);
            for (int i = 0; i < Pictures; i++)
                Assert.Equal($"{i}", _line.Next().Part);
        }
        Assert.Equal((Pictures, 0), (_counters.Pass, _counters.None));
        AllFramesAreReturned();
    }

    [Fact]
    public void Files_wait_for_the_trigger_that_asks_for_them()
    {
        using Station station = Start(Options(TriggerKind.Mqtt));
        using var stop = new CancellationTokenSource();
        var feeder = new Thread(() =>
        {
            for (int i = 0; i < 3; i++)
                station.Accept(Picture(label: $"{i}"), mayWait: true, stop.Token);
        });
        feeder.Start();
        for (int i = 0; i < 3; i++)
        {
            station.Fire($"part {i}", TimeProvider.System.GetTimestamp());
            InspectedPart record = _line.Next();
            Assert.Equal(($"part {i}", VerdictKind.Pass), (record.Part, record.Verdict.Kind));
        }
        Assert.True(feeder.Join(Eventually.Patience));
        Assert.Equal(0, _counters.FramesSkipped);
    }

    [Fact]
    public void New_rules_take_over_with_the_next_part()
    {
        StationOptions options = Options(TriggerKind.EveryFrame);
        using Station station = Start(options, _ => new Prediction("scratch", 0.45f));
        station.Accept(Picture(), mayWait: true, TestContext.Current.CancellationToken);
        Assert.NotEqual(VerdictKind.Reject, _line.Next().Verdict.Kind);
        station.Rules = RuleSet.Create(options with { Threshold = 0.4 }, station.Model, out _)!;
        station.Accept(Picture(), mayWait: true, TestContext.Current.CancellationToken);
        Assert.Equal(VerdictKind.Reject, _line.Next().Verdict.Kind);
    }

    [Fact]
    public void Stopping_gives_those_in_the_queue_their_verdicts_and_takes_no_more()
    {
        using var gate = new ManualResetEventSlim();
        Station station = Start(Options(TriggerKind.EveryFrame), _ =>
        {
            gate.Wait(Eventually.Patience);
            return new Prediction("ok", 0.9f);
        });
        for (int i = 0; i < 4; i++)
            station.Accept(Picture(), mayWait: false, TestContext.Current.CancellationToken);
        var stopping = new Thread(() => station.Stop(Eventually.Patience));
        stopping.Start();
        gate.Set();
        Assert.True(stopping.Join(Eventually.Patience));
        station.Accept(Picture(), mayWait: false, TestContext.Current.CancellationToken);
        station.Dispose();
        Assert.Equal((4, 4), (_counters.Triggers, _counters.Pass));
        for (int i = 0; i < 4; i++)
            _line.Next();
        AllFramesAreReturned();
    }

    [Fact]
    public void Stopping_does_not_wait_for_frames_that_never_come()
    {
        Station station = Start(Options(TriggerKind.Mqtt, TimeSpan.FromMinutes(1)));
        station.Fire("a", TimeProvider.System.GetTimestamp());
        station.Fire("b", TimeProvider.System.GetTimestamp());
        Assert.True(station.Stop(TimeSpan.FromMilliseconds(50)));
        Assert.Equal(NoneReason.Paused, _line.Next().Verdict.Reason);
        Assert.Equal(NoneReason.Paused, _line.Next().Verdict.Reason);
        Assert.Equal((2, 2), (_counters.Triggers, _counters.None));
        station.Dispose();
    }

    [Fact]
    public void The_clock_can_be_the_trigger()
    {
        var time = new FakeTimeProvider();
        StationOptions options = Options(TriggerKind.Interval) with
        {
            Trigger = new TriggerOptions { Kind = TriggerKind.Interval, Every = TimeSpan.FromMilliseconds(500) },
        };
        using Station station = Start(options, time: time);
        time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.Equal(0, _counters.Triggers);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, _counters.Triggers);
        station.Accept(Picture(time), mayWait: false, TestContext.Current.CancellationToken);
        Assert.Equal(VerdictKind.Pass, _line.Next().Verdict.Kind);
    }

    [Fact]
    public void Parts_without_an_id_of_their_own_get_one_that_differs_from_part_to_part()
    {
        using Station station = Start(Options(TriggerKind.EveryFrame));
        station.Accept(Picture(), mayWait: true, TestContext.Current.CancellationToken);
        station.Accept(Picture(), mayWait: true, TestContext.Current.CancellationToken);
        Assert.NotEqual(_line.Next().Part, _line.Next().Part);
    }

    [Fact]
    public void Another_model_takes_over_between_two_parts_and_the_one_before_is_free_once_its_run_is_over()
    {
        using var inRun = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        StationOptions options = Options(TriggerKind.EveryFrame);
        var second = new CallbackGeneration(_ => new Prediction("scratch", 0.9f));
        using (Station station = Start(options, _ =>
        {
            inRun.Set();
            goOn.Wait(Eventually.Patience, TestContext.Current.CancellationToken);
            return new Prediction("ok", 0.9f);
        }))
        {
            station.Accept(Picture(), mayWait: true, TestContext.Current.CancellationToken);
            Assert.True(inRun.Wait(Eventually.Patience, TestContext.Current.CancellationToken));
            RuleSet rules = RuleSet.Create(options, second.Model, out _)!;
            // The run in flight holds the first model: it must not be freed yet.
            Assert.False(station.Use(second, rules, TimeSpan.FromMilliseconds(50)));
            goOn.Set();
            Assert.Equal(VerdictKind.Pass, _line.Next().Verdict.Kind);
            station.Accept(Picture(), mayWait: true, TestContext.Current.CancellationToken);
            Assert.Equal(VerdictKind.Reject, _line.Next().Verdict.Kind);
            Assert.True(station.Use(new CallbackGeneration(_ => new Prediction("ok", 0.9f)), rules, Eventually.Patience));
            station.Accept(Picture(), mayWait: true, TestContext.Current.CancellationToken);
            Assert.Equal(VerdictKind.Pass, _line.Next().Verdict.Kind);
        }
        AllFramesAreReturned();
    }
}
