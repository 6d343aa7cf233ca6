using EdgeInspector.Foundation.Text;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.Inspection.Tests.Stations;

public sealed class PauseTests : IDisposable
{
    private readonly FramePool _pool = new();
    private readonly InMemoryLine _line = new();
    private readonly StationCounters _counters = new();
    private readonly StationHealth _health = new();
    private readonly SemaphoreSlim _modelIsAtWork = new(0);
    private readonly SemaphoreSlim _modelMayReturn = new(0);
    private long _frames;

    public void Dispose()
    {
        _pool.Dispose();
        _modelIsAtWork.Dispose();
        _modelMayReturn.Dispose();
    }

    private Station Start(Func<Frame, Prediction>? predict = null)
    {
        var options = new StationOptions
        {
            Trigger = new TriggerOptions { Kind = TriggerKind.EveryFrame },
            Deadline = TimeSpan.FromSeconds(20),
            FailSafe = GateAction.Stop,
            Picture = PictureOptions.Off,
        };
        var generation = new CallbackGeneration(predict ?? (_ => new Prediction("ok", 0.9f)));
        var station = new Station(
            new StationScope("weld-3", _health, _counters, TimeProvider.System, NullLogger.Instance),
            options,
            RuleSet.Create(options, generation.Model, out _)!,
            generation,
            new StationOutputs(_line, _line));
        station.Start();
        return station;
    }

    private Frame Picture()
    {
        Frame frame = _pool.Rent(8, 8);
        frame.Writable.Clear();
        frame.Stamp(TimeProvider.System.GetTimestamp(), DateTimeOffset.UtcNow, ++_frames);
        return frame;
    }

    [Fact]
    public void While_it_is_paused_each_part_gets_none_and_the_fail_safe_at_once_and_the_state_says_so()
    {
        using (Station station = Start())
        {
            station.Pause(new Wording("pause", "paused", "Paused by the shift leader.").Of());
            Assert.Equal("Paused by the shift leader.", _health.Complaints[Station.PauseComponent]);
            for (int i = 0; i < 3; i++)
                station.Accept(Picture(), mayWait: false, TestContext.Current.CancellationToken);
            // Answered by the thread that brought them, before Accept returned.
            Assert.Equal(3, _line.Waiting);
            for (int i = 0; i < 3; i++)
            {
                InspectedPart part = _line.Next();
                Assert.Equal((VerdictKind.None, NoneReason.Paused, GateAction.Stop), (part.Verdict.Kind, part.Verdict.Reason, part.Action));
                Assert.Equal("Paused by the shift leader.", part.Verdict.Rule);
            }
            station.Resume();
            Assert.Null(station.PausedBecause);
            Assert.True(_health.IsGood);
            station.Accept(Picture(), mayWait: false, TestContext.Current.CancellationToken);
            Assert.Equal(VerdictKind.Pass, _line.Next().Verdict.Kind);
        }
        Assert.Equal((4, 1, 3), (_counters.Triggers, _counters.Pass, _counters.None));
        Assert.Equal(4, _line.Signals.Count);
        Assert.Equal(0, _pool.InUse);
    }

    [Fact]
    public void Parts_that_were_accepted_before_the_pause_get_their_verdicts()
    {
        using Station station = Start(_ =>
        {
            _modelIsAtWork.Release();
            _modelMayReturn.Wait(TimeSpan.FromMinutes(2));
            return new Prediction("ok", 0.9f);
        });
        station.Accept(Picture(), mayWait: false, TestContext.Current.CancellationToken);
        station.Accept(Picture(), mayWait: false, TestContext.Current.CancellationToken);
        Assert.True(_modelIsAtWork.Wait(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken));
        station.Pause(new Wording("pause", "paused", "because").Of());
        station.Accept(Picture(), mayWait: false, TestContext.Current.CancellationToken);
        Assert.Equal((3, NoneReason.Paused), _line.Next() is var paused ? (paused.Sequence, paused.Verdict.Reason) : default);
        _modelMayReturn.Release(2);
        Assert.Equal(VerdictKind.Pass, _line.Next().Verdict.Kind);
        Assert.Equal(VerdictKind.Pass, _line.Next().Verdict.Kind);
    }

    [Fact]
    public async Task A_source_that_may_wait_is_held_up_by_a_pause_and_loses_no_picture()
    {
        using Station station = Start();
        station.Pause(new Wording("pause", "paused", "because").Of());
        var accepting = Task.Run(
            () => station.Accept(Picture(), mayWait: true, CancellationToken.None), TestContext.Current.CancellationToken);
        Assert.True(station.WaitUntilIdle(TestContext.Current.CancellationToken));
        Assert.Equal(0, _counters.Triggers);
        station.Resume();
        await accepting.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        Assert.Equal(VerdictKind.Pass, _line.Next().Verdict.Kind);
    }

    [Fact]
    public async Task A_paused_station_can_be_stopped_while_a_source_waits()
    {
        Station station = Start();
        station.Pause(new Wording("pause", "paused", "because").Of());
        var accepting = Task.Run(
            () => station.Accept(Picture(), mayWait: true, CancellationToken.None), TestContext.Current.CancellationToken);
        Assert.True(station.Stop(TimeSpan.FromSeconds(5)));
        await accepting.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        station.Dispose();
        Assert.Equal((0L, 0), (_counters.Triggers, _pool.InUse));
    }
}
