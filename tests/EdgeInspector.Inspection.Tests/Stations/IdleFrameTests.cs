using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Tests.Triggers;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.Inspection.Tests.Stations;

/// <summary>What a station makes of a free-running camera whose frames are triggers only under a condition.</summary>
public sealed class IdleFrameTests : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly NoisyConveyor _conveyor = new() { Size = (48, 32) };
    private readonly InMemoryLine _line = new();
    private readonly StationCounters _counters = new();
    private readonly StationHealth _health = new();
    private long _shown;

    public void Dispose() => _conveyor.Dispose();

    private Station Start(TriggerKind kind, TriggerCondition when, TimeSpan exposureDelay = default, TimeSpan atLeastEvery = default)
    {
        var options = new StationOptions
        {
            Trigger = new TriggerOptions { Kind = kind, When = when, Every = Every, AtLeastEvery = atLeastEvery },
            ExposureDelay = exposureDelay,
            Picture = PictureOptions.Off with { FrozenAfter = new PictureOptions().FrozenAfter },
        };
        var generation = new CallbackGeneration(_ => new Prediction("ok", 0.9f));
        var station = new Station(
            new StationScope("weld-3", _health, _counters, _conveyor.Time, NullLogger.Instance),
            options,
            RuleSet.Create(options, generation.Model, out _)!,
            generation,
            new StationOutputs(_line, _line));
        station.Start();
        return station;
    }

    /// <summary>Hands a frame in as the camera feed does; true when its copy was asked for.</summary>
    private bool Give(Station station, Frame frame, bool mayWait = false)
    {
        _shown++;
        bool needs = station.Needs(frame.View, mayWait, TestContext.Current.CancellationToken);
        if (needs)
            station.Accept(frame, mayWait, TestContext.Current.CancellationToken);
        else
            frame.Release();
        return needs;
    }

    private bool Empty(Station station) => Give(station, _conveyor.Take());

    private bool Part(Station station) => Give(station, _conveyor.Take(0.2, 0.8));

    [Fact]
    public void An_empty_conveyor_makes_no_trigger_and_no_copy_and_each_frame_with_a_part_gets_its_verdict()
    {
        using (Station station = Start(TriggerKind.EveryFrame, TriggerCondition.Occupied))
        {
            for (int i = 0; i < 3; i++)
            {
                for (int j = 0; j < 5; j++)
                    Assert.False(Empty(station));
                Assert.True(Part(station));
                Assert.Equal(VerdictKind.Pass, _line.Next().Verdict.Kind);
            }
        }
        Assert.Equal((3, 3, 15, 0), (_counters.Triggers, _counters.Pass, _counters.FramesIdle, _counters.FramesSkipped));
        Assert.Equal(0, _conveyor.InUse);
    }

    [Fact]
    public void A_frame_is_looked_at_once_whether_its_feed_asks_first_or_not()
    {
        using Station station = Start(TriggerKind.EveryFrame, TriggerCondition.Changed);
        station.Accept(_conveyor.Take(), mayWait: false, TestContext.Current.CancellationToken);
        _line.Next();
        station.Accept(_conveyor.Take(), mayWait: false, TestContext.Current.CancellationToken);
        Assert.False(Empty(station));
        Assert.True(Part(station));
        _line.Next();
        Assert.Equal((2, 2), (_counters.Triggers, _counters.FramesIdle));
    }

    [Fact]
    public void A_scene_that_does_not_change_is_live_and_not_frozen_and_a_frozen_picture_is_noticed_all_the_same()
    {
        using Station station = Start(TriggerKind.EveryFrame, TriggerCondition.Changed);
        Empty(station);
        Assert.Equal(VerdictKind.Pass, _line.Next().Verdict.Kind);
        for (int i = 0; i < 20; i++)
            Assert.False(Empty(station));
        Assert.True(_health.IsGood);

        Frame frozen = _conveyor.Take();
        for (int i = 0; i < 1 + new PictureOptions().FrozenAfter; i++)
            Give(station, frozen.AddReference());
        Assert.Equal((VerdictKind.None, NoneReason.Camera), _line.Next().Verdict is var v ? (v.Kind, v.Reason) : default);
        Assert.Contains(Station.PictureComponent, _health.Complaints.Keys);
        frozen.Release();
        // Nothing moves here, so it is the noise that tells: it must go on for some pictures.
        for (int i = 0; i < 4; i++)
            Assert.True(Empty(station));
        Assert.False(Empty(station));
        Assert.True(_health.IsGood);
        Assert.Equal(_shown, _counters.Triggers + _counters.FramesIdle);
    }

    [Fact]
    public void A_tick_asks_the_next_frame_taken_after_it_and_only_one_with_a_part_is_a_trigger()
    {
        using Station station = Start(TriggerKind.Interval, TriggerCondition.Occupied);
        Assert.False(Empty(station));
        Assert.False(Part(station));
        Frame before = _conveyor.Take(0.2, 0.8);
        _conveyor.Time.Advance(Every - TimeSpan.FromMilliseconds(100));
        Assert.False(Give(station, before));
        Assert.True(Part(station));
        Assert.Equal(VerdictKind.Pass, _line.Next().Verdict.Kind);
        station.WaitUntilIdle(TestContext.Current.CancellationToken);
        Assert.False(Part(station));
        _conveyor.Time.Advance(Every);
        Assert.False(Empty(station));
        Assert.False(Part(station));
        Assert.Equal((1, 1, 5), (_counters.Triggers, _counters.FramesIdle, _counters.FramesSkipped));
    }

    [Fact]
    public void While_the_camera_gives_no_picture_each_tick_gets_none_since_nobody_knows_whether_a_part_was_there()
    {
        using Station station = Start(TriggerKind.Interval, TriggerCondition.Occupied);
        Empty(station);
        _conveyor.Time.Advance(Every);
        Assert.Equal(0, _counters.Triggers);
        for (int tick = 1; tick <= 3; tick++)
        {
            _conveyor.Time.Advance(Every);
            _conveyor.Time.Advance(TimeSpan.FromMilliseconds(200));
            station.AnswerDue();
            // For want of a frame, or because the station's thread had not even begun to wait for one.
            Assert.Equal(VerdictKind.None, _line.Next().Verdict.Kind);
            Assert.Equal(tick, _counters.Triggers);
        }
        station.WaitUntilIdle(TestContext.Current.CancellationToken);
        Assert.False(Empty(station));
        _conveyor.Time.Advance(Every);
        Assert.True(Part(station));
        Assert.Equal(VerdictKind.Pass, _line.Next().Verdict.Kind);
    }

    [Fact]
    public void A_trigger_that_waits_for_its_picture_gets_the_next_frame_also_when_that_shows_an_empty_conveyor()
    {
        using Station station = Start(TriggerKind.Interval, TriggerCondition.Occupied, exposureDelay: TimeSpan.FromMilliseconds(80));
        Empty(station);
        _conveyor.Time.Advance(Every);
        Assert.True(Part(station));
        Assert.True(Empty(station));
        Assert.True(Empty(station));
        InspectedPart part = _line.Next();
        Assert.Equal(VerdictKind.Pass, part.Verdict.Kind);
        Assert.InRange((part.CapturedAt!.Value - part.TriggeredAt).TotalMilliseconds, 80, 120);
        station.Fire("from elsewhere", _conveyor.Time.GetTimestamp());
        Assert.True(Empty(station));
        Assert.True(Empty(station));
        Assert.Equal(("from elsewhere", VerdictKind.Pass), _line.Next() is var other ? (other.Part, other.Verdict.Kind) : default);
    }

    [Fact]
    public async Task A_file_is_let_in_at_a_tick_and_the_one_after_it_waits_for_the_next()
    {
        using Station station = Start(TriggerKind.Interval, TriggerCondition.Occupied);
        using var answered = new SemaphoreSlim(0);
        CancellationToken stop = TestContext.Current.CancellationToken;
        Task files = Task.Factory.StartNew(
            () =>
            {
                foreach (double right in new[] { 0, 0.8, 0, 0.8 })
                {
                    Give(station, _conveyor.Take(0.2, right), mayWait: true);
                    answered.Release();
                }
            },
            stop,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        for (int file = 0; file < 4; file++)
        {
            Assert.False(await answered.WaitAsync(0, stop));
            _conveyor.Time.Advance(Every);
            Assert.True(await answered.WaitAsync(TimeSpan.FromMinutes(2), stop));
            station.WaitUntilIdle(stop);
        }
        await files;
        for (int part = 0; part < 2; part++)
            Assert.Equal(VerdictKind.Pass, _line.Next().Verdict.Kind);
        Assert.Equal((2, 2), (_counters.Triggers, _counters.FramesIdle));
    }

    [Fact]
    public async Task A_file_that_waits_for_a_tick_is_let_go_when_its_source_is_stopped()
    {
        using Station station = Start(TriggerKind.Interval, TriggerCondition.Occupied);
        using var stop = new CancellationTokenSource();
        Task<bool> file = Task.Run(
            () => _conveyor.Show((in picture) => station.Needs(picture, mayWait: true, stop.Token)), TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        Assert.False(await file.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken));
        Assert.Equal(1, _counters.FramesSkipped);
    }

    [Fact]
    public void A_condition_that_never_holds_is_noticed_since_a_frame_is_inspected_from_time_to_time()
    {
        using Station station = Start(TriggerKind.EveryFrame, TriggerCondition.Occupied, atLeastEvery: TimeSpan.FromSeconds(1));
        for (int i = 0; i < 61; i++)
        {
            if (Empty(station))
                Assert.Equal(VerdictKind.Pass, _line.Next().Verdict.Kind);
        }
        Assert.Equal((3, 58), (_counters.Triggers, _counters.FramesIdle));
    }

    public enum Happening
    {
        EmptyFrame,
        PartFrame,
        FrozenFrame,
        OldFrame,
        Tick,
        Pause,
        TriggerFromElsewhere,
    }

    [Theory]
    [InlineData(TriggerKind.EveryFrame, TriggerCondition.Occupied)]
    [InlineData(TriggerKind.EveryFrame, TriggerCondition.Changed)]
    [InlineData(TriggerKind.Interval, TriggerCondition.Occupied)]
    [InlineData(TriggerKind.Interval, TriggerCondition.Changed)]
    public void Whatever_the_camera_shows_every_frame_is_inspected_idle_or_skipped_and_every_trigger_gets_its_verdict(
        TriggerKind kind, TriggerCondition when)
    {
        Prop.ForAll(Gen.ArrayOf(Gen.Elements(Enum.GetValues<Happening>())).ToArbitrary(), happenings =>
        {
            string? wrong = Live(kind, when, happenings);
            return (wrong is null).Label(wrong ?? "");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithEndSize(60));
    }

    private static string? Live(TriggerKind kind, TriggerCondition when, Happening[] happenings)
    {
        using var test = new IdleFrameTests();
        Frame? last = null;
        using (Station station = test.Start(kind, when, atLeastEvery: TimeSpan.FromSeconds(5)))
        {
            foreach (Happening happening in happenings)
            {
                switch (happening)
                {
                    case Happening.EmptyFrame or Happening.PartFrame:
                        last?.Release();
                        last = happening == Happening.PartFrame ? test._conveyor.Take(0.2, 0.8) : test._conveyor.Take();
                        test.Give(station, last.AddReference());
                        break;
                    case Happening.FrozenFrame or Happening.OldFrame when last is not null:
                        if (happening == Happening.FrozenFrame)
                            test._conveyor.Time.Advance(TimeSpan.FromMilliseconds(50));
                        test.Give(station, last.AddReference());
                        break;
                    case Happening.Tick or Happening.Pause:
                        test._conveyor.Time.Advance(happening == Happening.Tick ? Every : TimeSpan.FromMilliseconds(160));
                        station.AnswerDue();
                        break;
                    case Happening.TriggerFromElsewhere when kind == TriggerKind.Interval:
                        station.Fire("elsewhere", test._conveyor.Time.GetTimestamp());
                        break;
                }
            }
            station.Stop(TimeSpan.FromMilliseconds(20));
        }
        last?.Release();
        StationCounters counters = test._counters;
        long verdicts = counters.Pass + counters.Reject + counters.Review + counters.None;
        IReadOnlyList<InspectedPart> records = test._line.TakeAll();
        if (counters.Triggers != verdicts || test._line.Signals.Count != verdicts || records.Count != verdicts)
            return $"{counters.Triggers} triggers, {verdicts} verdicts, {test._line.Signals.Count} signals, {records.Count} records";
        if (test._conveyor.InUse != 0)
            return $"{test._conveyor.InUse} frames were not returned";
        int blind = records.Count(part => part.CapturedAt is null);
        long unaccounted = test._shown - (records.Count - blind) - counters.FramesIdle - counters.FramesSkipped;
        // At the end the newest frame may lie in its place, and one may have come for a trigger that had been answered by then.
        long most = kind == TriggerKind.EveryFrame ? 0 : 1 + blind;
        return unaccounted >= 0 && unaccounted <= most
            ? null
            : $"{test._shown} frames, {records.Count - blind} inspected, {counters.FramesIdle} idle, {counters.FramesSkipped} skipped";
    }
}
