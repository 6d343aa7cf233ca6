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

/// <summary>What a station does when something does not come back in time.</summary>
public sealed class DeadlineTests : IDisposable
{

    private readonly FramePool _pool = new();
    private readonly InMemoryLine _line = new();
    private readonly StationCounters _counters = new();
    private readonly StationHealth _health = new();
    private readonly FakeTimeProvider _time = new();
    private readonly SemaphoreSlim _modelMayReturn = new(0);
    private readonly SemaphoreSlim _modelIsAtWork = new(0);
    private long _frames;

    public void Dispose()
    {
        _pool.Dispose();
        _modelMayReturn.Dispose();
        _modelIsAtWork.Dispose();
    }

    private static StationOptions Options(TriggerKind kind, int queue = 8) => new()
    {
        Trigger = new TriggerOptions { Kind = kind, QueueLength = queue },
        Deadline = TimeSpan.FromMilliseconds(150),
        SignalMargin = TimeSpan.Zero,
        HungAfter = TimeSpan.FromSeconds(10),
        Picture = PictureOptions.Off,
    };

    private Station Start(StationOptions options, Func<Frame, Prediction> predict, TimeProvider? time = null)
    {
        var generation = new CallbackGeneration(predict);
        RuleSet rules = RuleSet.Create(options, generation.Model, out _)!;
        var station = new Station(
            new StationScope("weld-3", _health, _counters, time ?? _time, NullLogger.Instance),
            options,
            rules,
            generation,
            new StationOutputs(_line, _line));
        station.Start();
        return station;
    }

    private Prediction WhenTold(Frame frame)
    {
        _modelIsAtWork.Release();
        Assert.True(_modelMayReturn.Wait(Eventually.Patience), "The test never let the model return.");
        return new Prediction("scratch", 0.9f);
    }

    private Frame Picture(TimeProvider? time = null)
    {
        Frame frame = _pool.Rent(8, 8);
        frame.Writable.Clear();
        frame.Stamp((time ?? _time).GetTimestamp(), (time ?? _time).GetUtcNow(), ++_frames, null);
        return frame;
    }

    [Fact]
    public void At_the_deadline_none_goes_out_while_the_model_still_runs_and_its_result_is_recorded_as_late()
    {
        using (Station station = Start(Options(TriggerKind.EveryFrame), WhenTold))
        {
            station.Accept(Picture(), mayWait: false, TestContext.Current.CancellationToken);
            Assert.True(_modelIsAtWork.Wait(Eventually.Patience, TestContext.Current.CancellationToken));
            _time.Advance(TimeSpan.FromMilliseconds(149));
            station.AnswerDue();
            Assert.Empty(_line.Signals);
            _time.Advance(TimeSpan.FromMilliseconds(1));
            station.AnswerDue();
            Eventually.True(() => _counters.None == 1, "No none came while the model was running.");
            Assert.Equal((VerdictKind.None, GateAction.Reject), (_line.Signals.Single().Verdict, _line.Signals.Single().Action));
            Assert.Equal(0, _line.Waiting);
            _time.Advance(TimeSpan.FromMilliseconds(350));
            _modelMayReturn.Release();

            InspectedPart record = _line.Next();
            Assert.Equal((VerdictKind.None, NoneReason.Deadline), (record.Verdict.Kind, record.Verdict.Reason));
            Assert.Equal(VerdictKind.Reject, record.Late!.Verdict.Kind);
            Assert.Equal(TimeSpan.FromMilliseconds(500), record.Late.AfterTrigger);
            Assert.NotEmpty(record.Predictions);
            Assert.Equal((1, 1, 0, 1), (_counters.Triggers, _counters.None, _counters.Reject, _counters.Late));
        }
        Assert.Single(_line.Signals);
        Assert.Equal(0, _pool.InUse);
    }

    [Fact]
    public void A_signal_is_made_so_long_before_the_deadline_that_it_can_be_at_the_gate_by_then()
    {
        StationOptions options = Options(TriggerKind.EveryFrame) with { SignalMargin = TimeSpan.FromMilliseconds(5) };
        var takes = new Queue<int>([145, 146]);
        using Station station = Start(options, _ =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(takes.Dequeue()));
            return new Prediction("ok", 0.9f);
        });
        station.Accept(Picture(), mayWait: true, TestContext.Current.CancellationToken);
        Assert.Equal(VerdictKind.Pass, _line.Next().Verdict.Kind);
        Assert.True(_line.Signals.TryDequeue(out Signal inTime));
        Assert.Equal(TimeSpan.FromMilliseconds(5), _time.GetElapsedTime(_time.GetTimestamp(), inTime.WorthlessAfter));

        station.Accept(Picture(), mayWait: true, TestContext.Current.CancellationToken);
        InspectedPart record = _line.Next();
        Assert.Equal((VerdictKind.None, NoneReason.Deadline), (record.Verdict.Kind, record.Verdict.Reason));
        Assert.Equal((VerdictKind.Pass, TimeSpan.FromMilliseconds(146)), (record.Late!.Verdict.Kind, record.Late.AfterTrigger));
        Assert.True(_line.Signals.TryDequeue(out Signal tooLate));
        Assert.Equal(TimeSpan.FromMilliseconds(4 + 150), _time.GetElapsedTime(_time.GetTimestamp(), tooLate.WorthlessAfter));
    }

    [Fact]
    public void A_none_too_can_be_at_the_gate_by_the_deadline()
    {
        StationOptions options = Options(TriggerKind.Mqtt) with { SignalMargin = TimeSpan.FromMilliseconds(5) };
        using Station station = Start(options, _ => new Prediction("ok", 0.9f));
        station.Fire("a", _time.GetTimestamp());
        _time.Advance(TimeSpan.FromMilliseconds(144));
        station.AnswerDue();
        Assert.Empty(_line.Signals);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(NoneReason.Camera, _line.Next().Verdict.Reason);
    }

    [Fact]
    public void An_idle_station_whose_model_was_slow_for_long_tries_each_part_and_says_deadline()
    {
        using Station station = Start(Options(TriggerKind.EveryFrame), _ =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(400));
            return new Prediction("ok", 0.9f);
        });
        for (int i = 0; i < 40; i++)
        {
            station.Accept(Picture(), mayWait: true, TestContext.Current.CancellationToken);
            InspectedPart record = _line.Next();
            Assert.Equal((NoneReason.Deadline, VerdictKind.Pass), (record.Verdict.Reason, record.Late!.Verdict.Kind));
        }
    }

    [Fact]
    public void Those_that_still_queue_at_their_deadline_get_none_in_the_order_of_their_deadlines()
    {
        using (Station station = Start(Options(TriggerKind.EveryFrame), WhenTold))
        {
            for (int i = 0; i < 4; i++)
            {
                station.Accept(Picture(), mayWait: false, TestContext.Current.CancellationToken);
                _time.Advance(TimeSpan.FromMilliseconds(10));
            }
            Assert.True(_modelIsAtWork.Wait(Eventually.Patience, TestContext.Current.CancellationToken));
            _time.Advance(TimeSpan.FromMilliseconds(200));
            station.AnswerDue();
            Eventually.True(() => _counters.None == 4, "Not all got their none.");
            Assert.Equal([1, 2, 3, 4], _line.Signals.Select(signal => signal.Sequence));
            _modelMayReturn.Release(4);
        }
        Assert.Equal(4, _line.TakeAll().Count);
        Assert.Equal(0, _pool.InUse);
    }

    [Fact]
    public void A_model_that_does_not_come_back_makes_the_station_lost_and_its_parts_get_none_at_once()
    {
        using (Station station = Start(Options(TriggerKind.EveryFrame), WhenTold))
        {
            Eventually.True(() => station.MakesProgress);
            station.Accept(Picture(), mayWait: false, TestContext.Current.CancellationToken);
            Assert.True(_modelIsAtWork.Wait(Eventually.Patience, TestContext.Current.CancellationToken));
            _time.Advance(TimeSpan.FromSeconds(10));
            InspectedPart first = _line.Next();
            Assert.Equal((NoneReason.Deadline, null), (first.Verdict.Reason, first.Late));
            Assert.False(station.MakesProgress);
            Assert.False(station.IsBeyondHope);
            Assert.Contains(Station.Component, _health.Complaints.Keys);

            station.Accept(Picture(), mayWait: false, TestContext.Current.CancellationToken);
            Assert.Equal(NoneReason.Model, _line.Next().Verdict.Reason);
            _time.Advance(TimeSpan.FromSeconds(10));
            Assert.True(station.IsBeyondHope);

            _modelMayReturn.Release(2);
            Eventually.True(() => station.LostFor is null, "The station was not found again.");
            Eventually.True(() => !_health.Complaints.ContainsKey(Station.Component), "The complaint stays.");
            station.Accept(Picture(), mayWait: false, TestContext.Current.CancellationToken);
            Assert.Equal(VerdictKind.Reject, _line.Next().Verdict.Kind);
            Eventually.True(() => station.MakesProgress);
        }
        Assert.Equal((3, 1, 2), (_counters.Triggers, _counters.Reject, _counters.None));
        Assert.Empty(_line.TakeAll());
        Assert.Equal(0, _pool.InUse);
    }

    [Fact]
    public void Stopping_with_a_model_that_hangs_answers_and_records_every_part_and_ends()
    {
        Station station = Start(Options(TriggerKind.EveryFrame), WhenTold);
        for (int i = 0; i < 3; i++)
            station.Accept(Picture(), mayWait: false, TestContext.Current.CancellationToken);
        Assert.True(_modelIsAtWork.Wait(Eventually.Patience, TestContext.Current.CancellationToken));
        Assert.False(station.Stop(TimeSpan.FromMilliseconds(50)));
        IReadOnlyList<InspectedPart> records = _line.TakeAll();
        Assert.Equal(3, records.Count);
        Assert.All(records, record => Assert.Equal(NoneReason.Paused, record.Verdict.Reason));
        Assert.Equal((3, 3), (_counters.Triggers, _counters.None));
        Assert.False(station.Fire("after the end", _time.GetTimestamp()));
        _modelMayReturn.Release(3);
        station.Dispose();
        Eventually.True(() => _pool.InUse == 0, "A frame was not returned.");
    }

    [Fact]
    public void Three_late_answers_in_a_row_are_an_alarm_until_the_next_verdict_in_time()
    {
        bool isSlow = true;
        using Station station = Start(Options(TriggerKind.EveryFrame), _ =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(isSlow ? 151 : 10));
            return new Prediction("ok", 0.9f);
        });
        for (int i = 0; i < 3; i++)
        {
            Assert.DoesNotContain(Station.DeadlineComponent, _health.Complaints.Keys);
            station.Accept(Picture(), mayWait: true, TestContext.Current.CancellationToken);
            Assert.Equal(NoneReason.Deadline, _line.Next().Verdict.Reason);
        }
        Eventually.True(() => _health.Complaints.ContainsKey(Station.DeadlineComponent), "No alarm.");
        isSlow = false;
        station.Accept(Picture(), mayWait: true, TestContext.Current.CancellationToken);
        Assert.Equal(VerdictKind.Pass, _line.Next().Verdict.Kind);
        Eventually.True(() => _health.IsGood, "The alarm stays.");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1601)]
    [InlineData(1969)]
    [InlineData(1970)]
    [InlineData(2099)]
    [InlineData(9999)]
    public void Whatever_the_wall_clock_says_each_part_gets_its_verdict(int year)
    {
        var clock = new WatchedClock(_time);
        clock.WallIsOff = new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero) - clock.GetUtcNow();
        using Station station = Start(Options(TriggerKind.Mqtt), _ => new Prediction("ok", 0.9f), clock);
        long earlier = clock.GetTimestamp();
        _time.Advance(TimeSpan.FromMilliseconds(5));
        clock.WallIsOff -= TimeSpan.FromMilliseconds(5);
        // Stamped with a moment that was before the calendar's first, in the year 1.
        station.Fire("a", earlier);
        station.Accept(Picture(clock), mayWait: false, TestContext.Current.CancellationToken);
        InspectedPart part = _line.Next();
        Assert.Equal((VerdictKind.Pass, year), (part.Verdict.Kind, part.VerdictAt.Year));
    }

    [Fact]
    public void A_wall_clock_that_jumps_changes_stamps_and_nothing_else()
    {
        var clock = new WatchedClock(_time);
        using Station station = Start(Options(TriggerKind.Mqtt), _ =>
        {
            clock.WallIsOff = TimeSpan.FromHours(-5);
            _time.Advance(TimeSpan.FromMilliseconds(20));
            return new Prediction("ok", 0.9f);
        }, clock);

        station.Fire("a", clock.GetTimestamp());
        clock.WallIsOff = TimeSpan.FromHours(7);
        _time.Advance(TimeSpan.FromMilliseconds(5));
        station.Accept(Picture(clock), mayWait: false, TestContext.Current.CancellationToken);
        InspectedPart part = _line.Next();
        Assert.Equal(VerdictKind.Pass, part.Verdict.Kind);
        Assert.Equal(TimeSpan.FromMilliseconds(25), part.TriggerToSignal);
        Assert.Equal(TimeSpan.FromMilliseconds(20), part.FrameToSignal);
        Assert.Equal(TimeSpan.FromHours(7), part.CapturedAt - part.TriggeredAt - TimeSpan.FromMilliseconds(5));

        station.Fire("b", clock.GetTimestamp());
        clock.WallIsOff = TimeSpan.FromHours(100);
        _time.Advance(TimeSpan.FromMilliseconds(149));
        station.AnswerDue();
        Assert.Equal(1, _counters.Pass + _counters.None);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(NoneReason.Camera, _line.Next().Verdict.Reason);
    }

    [Fact]
    public void Duplicate_part_ids_stay_distinguishable()
    {
        using Station station = Start(Options(TriggerKind.Mqtt), _ => new Prediction("ok", 0.9f), TimeProvider.System);
        station.Fire("twin", TimeProvider.System.GetTimestamp());
        station.Fire("twin", TimeProvider.System.GetTimestamp());
        InspectedPart[] parts = [_line.Next(), _line.Next()];
        (InspectedPart first, InspectedPart second) = (parts.MinBy(part => part.Sequence)!, parts.MaxBy(part => part.Sequence)!);
        Assert.Equal(("twin", "twin", 1, 2), (first.Part, second.Part, first.Sequence, second.Sequence));
        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal([first.Id, second.Id], _line.Opened);
        Assert.Equal([1, 2], _line.Signals.Select(signal => signal.Sequence));
    }

    [Fact]
    public void A_way_to_the_gate_that_throws_costs_the_signal_and_not_the_record_or_the_station()
    {
        _line.BeforeSignal = () => throw new InvalidOperationException("no such gate");
        using Station station = Start(Options(TriggerKind.EveryFrame), _ => new Prediction("ok", 0.9f));
        for (int i = 0; i < 2; i++)
        {
            station.Accept(Picture(), mayWait: true, TestContext.Current.CancellationToken);
            InspectedPart record = _line.Next();
            Assert.Equal((VerdictKind.Pass, SignalOutcome.NotConnected), (record.Verdict.Kind, record.Signal));
        }
        Assert.Equal(2, _counters.SignalsNotConnected);
    }

    [Fact]
    public void Records_that_throw_cost_the_record_and_not_the_signal_or_the_station()
    {
        _line.BeforeRecord = () => throw new InvalidOperationException("no such disk");
        using (Station station = Start(Options(TriggerKind.EveryFrame), _ => new Prediction("ok", 0.9f)))
        {
            for (int i = 0; i < 3; i++)
                station.Accept(Picture(), mayWait: true, TestContext.Current.CancellationToken);
        }
        Assert.Equal([1, 2, 3], _line.Signals.Select(signal => signal.Sequence));
        Assert.Equal((3, 3), (_counters.Triggers, _counters.Pass));
        Assert.Equal(0, _pool.InUse);
    }

    [Fact]
    public void Somebody_who_listens_to_the_health_and_throws_costs_no_part_anything()
    {
        _health.Changed += () => throw new InvalidOperationException("no such listener");
        int runs = 0;
        using (Station station = Start(
            Options(TriggerKind.EveryFrame), _ => ++runs % 2 == 1 ? throw new PredictionException("broken") : new Prediction("ok", 0.9f)))
        {
            for (int i = 0; i < 6; i++)
            {
                station.Accept(Picture(), mayWait: true, TestContext.Current.CancellationToken);
                Assert.Equal(i % 2 == 0 ? NoneReason.Model : NoneReason.NotNone, _line.Next().Verdict.Reason);
            }
            station.Accept(Picture(), mayWait: false, TestContext.Current.CancellationToken);
        }
        Assert.Equal((7, 7), (_counters.Triggers, _counters.Pass + _counters.None));
    }

    [Fact]
    public void A_fault_of_the_station_itself_costs_that_part_and_is_followed_by_a_rest_in_which_the_watch_answers()
    {
        StationOptions options = Options(TriggerKind.EveryFrame);
        var clock = new FailingClock(_time);
        using (Station station = Start(options, _ =>
        {
            clock.FailsOnce = true;
            return new Prediction("ok", 0.9f);
        }, clock))
        {
            station.Accept(Picture(), mayWait: false, TestContext.Current.CancellationToken);
            Eventually.True(() => _health.Complaints.ContainsKey(Station.Component), "The fault was not told.");
            Assert.Equal(1, _line.Next().Sequence);
            station.Accept(Picture(), mayWait: false, TestContext.Current.CancellationToken);
            Assert.Equal(0, _line.Waiting);
            Eventually.True(() =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(10));
                return _counters.Pass + _counters.None == 2;
            }, "Nobody answered the second part.");
        }
        Assert.Equal((2, 2), (_counters.Triggers, _counters.Pass + _counters.None));
        Assert.Single(_line.TakeAll());
        Assert.Equal(0, _pool.InUse);
    }
}
