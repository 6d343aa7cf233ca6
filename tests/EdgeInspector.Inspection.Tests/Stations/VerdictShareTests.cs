using EdgeInspector.Foundation.Text;
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

/// <summary>A station that gives too many of its parts no verdict says so, and why, even if no three are alike in a row.</summary>
public sealed class VerdictShareTests : IDisposable
{

    private readonly FramePool _pool = new();
    private readonly InMemoryLine _line = new();
    private readonly StationHealth _health = new();
    private readonly FakeTimeProvider _time = new();
    private long _frames;
    private int _modelTakes;

    public void Dispose() => _pool.Dispose();

    private Station Start(TriggerKind kind, int modelTakes = 10)
    {
        var options = new StationOptions
        {
            Trigger = new TriggerOptions { Kind = kind, QueueLength = 8, Every = TimeSpan.FromHours(1) },
            Deadline = TimeSpan.FromMilliseconds(150),
            SignalMargin = TimeSpan.Zero,
            Picture = PictureOptions.Off,
        };
        _modelTakes = modelTakes;
        var generation = new CallbackGeneration(_ =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(_modelTakes));
            return new Prediction("ok", 0.9f);
        });
        var station = new Station(
            new StationScope("weld-3", _health, new StationCounters(), _time, NullLogger.Instance),
            options,
            RuleSet.Create(options, generation.Model, out _)!,
            generation,
            new StationOutputs(_line, _line));
        station.Start();
        return station;
    }

    private void Picture(Station station, int age = 0)
    {
        Frame frame = _pool.Rent(8, 8);
        // No two alike, or they would count as frozen.
        frame.Writable.Fill((byte)(++_frames * 7));
        frame.Stamp(
            _time.GetTimestamp() - TimeSpan.FromMilliseconds(age).Ticks * _time.TimestampFrequency / TimeSpan.TicksPerSecond,
            _time.GetUtcNow(),
            _frames,
            null);
        station.Accept(frame, mayWait: false, TestContext.Current.CancellationToken);
    }

    private string? Complaint => _health.Complaints.GetValueOrDefault(Station.ShareComponent);

    // A picture every 200 ms; every second part's picture comes too late.
    private void Half(Station station)
    {
        _time.Advance(TimeSpan.FromMilliseconds(100));
        station.Fire(null, _time.GetTimestamp());
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Picture(station);
        Assert.Equal(VerdictKind.Pass, _line.Next().Verdict.Kind);
        station.Fire(null, _time.GetTimestamp());
        _time.Advance(TimeSpan.FromMilliseconds(160));
        station.AnswerDue();
        // For want of a picture or of a turn, as the threads ran: reasons alternate.
        Assert.Equal(VerdictKind.None, _line.Next().Verdict.Kind);
        _time.Advance(TimeSpan.FromMilliseconds(30));
        Picture(station);
    }

    [Fact]
    public void A_camera_that_is_too_slow_is_named_though_every_second_part_has_its_verdict()
    {
        using Station station = Start(TriggerKind.Mqtt);
        Picture(station);
        for (int i = 0; i < 3; i++)
            Half(station);
        Assert.Null(Complaint);
        Half(station);
        Eventually.True(() => Complaint is not null, "Four of eight parts without a verdict are no alarm.");
        Assert.StartsWith("4 of the last 8 parts got no verdict", Complaint, StringComparison.Ordinal);
        Assert.Contains(". The camera is too slow: a picture comes every", Complaint, StringComparison.Ordinal);
        Assert.Contains("the deadline is 150 ms", Complaint, StringComparison.Ordinal);
        Assert.DoesNotContain("faster model", Complaint, StringComparison.Ordinal);
    }

    [Fact]
    public void The_alarm_goes_when_the_parts_get_their_verdicts_again()
    {
        using Station station = Start(TriggerKind.Mqtt);
        Picture(station);
        for (int i = 0; i < 4; i++)
            Half(station);
        Eventually.True(() => Complaint is not null, "No alarm.");
        for (int i = 0; i < 20; i++)
        {
            station.Fire(null, _time.GetTimestamp());
            _time.Advance(TimeSpan.FromMilliseconds(20));
            Picture(station);
            Assert.Equal(VerdictKind.Pass, _line.Next().Verdict.Kind);
        }
        Eventually.True(() => Complaint is null, "The alarm stays.");
    }

    [Fact]
    public void A_model_that_is_too_slow_is_named()
    {
        using Station station = Start(TriggerKind.EveryFrame, modelTakes: 160);
        for (int i = 0; i < 5; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(500));
            Picture(station);
            Assert.Equal(NoneReason.Deadline, _line.Next().Verdict.Reason);
        }
        Eventually.True(() => Complaint is not null, "No alarm.");
        Assert.Contains("The model is too slow", Complaint, StringComparison.Ordinal);
        Assert.Contains("The model is too slow", _health.Complaints[Station.DeadlineComponent], StringComparison.Ordinal);
    }

    [Fact]
    public void A_machine_that_is_too_busy_now_and_then_is_not_taken_for_a_slow_model()
    {
        using Station station = Start(TriggerKind.EveryFrame);
        void Part(int modelTakes)
        {
            _modelTakes = modelTakes;
            _time.Advance(TimeSpan.FromMilliseconds(500));
            Picture(station);
            Assert.Equal(modelTakes > 150 ? VerdictKind.None : VerdictKind.Pass, _line.Next().Verdict.Kind);
        }
        for (int i = 0; i < 24; i++)
            Part(10);
        for (int i = 0; i < 5; i++)
        {
            Part(160);
            Part(10);
        }
        Eventually.True(() => Complaint is not null, "No alarm.");
        Assert.Contains("usually takes 10 ms, well within the deadline of 150 ms", Complaint, StringComparison.Ordinal);
        Assert.DoesNotContain("faster model", Complaint, StringComparison.Ordinal);
    }

    /// <summary>
    /// Parts that wait their turn although each next one comes long after the model is done: what they wait for is something else.
    /// </summary>
    [Fact]
    public void Triggers_are_not_called_too_fast_where_the_model_has_time_for_each()
    {
        using Station station = Start(TriggerKind.EveryFrame, modelTakes: 60);
        void Part(int age)
        {
            _time.Advance(TimeSpan.FromMilliseconds(340));
            Picture(station, age);
            Assert.Equal(age > 90 ? VerdictKind.None : VerdictKind.Pass, _line.Next().Verdict.Kind);
        }
        for (int i = 0; i < 24; i++)
            Part(age: 10);
        for (int i = 0; i < 5; i++)
        {
            // So late that too little time is left for the model.
            Part(age: 120);
            Part(age: 10);
        }
        Eventually.True(() => Complaint is not null, "No alarm.");
        Assert.Contains("this machine is too busy at times", Complaint, StringComparison.Ordinal);
        Assert.DoesNotContain("Triggers come too", Complaint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_camera_that_is_asked_and_answers_late_is_named()
    {
        using Station station = Start(TriggerKind.EveryFrame);
        for (int i = 0; i < 5; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(500));
            Picture(station, age: 300);
            Assert.Equal(VerdictKind.None, _line.Next().Verdict.Kind);
        }
        Eventually.True(() => Complaint is not null, "No alarm.");
        Assert.Contains("The camera is too slow: it answers after 300 ms", Complaint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_camera_that_complains_itself_is_no_second_alarm()
    {
        using Station station = Start(TriggerKind.Mqtt);
        _health.Complain(new Wording("camera", "fault", "The cable is out.").Of());
        for (int i = 0; i < 6; i++)
        {
            station.Fire(null, _time.GetTimestamp());
            station.WaitUntilFrameWanted(Eventually.Patience, TestContext.Current.CancellationToken);
            _time.Advance(TimeSpan.FromMilliseconds(160));
            station.AnswerDue();
            Assert.Equal(NoneReason.Camera, _line.Next().Verdict.Reason);
        }
        Assert.Null(Complaint);
    }

    [Fact]
    public void The_record_says_how_long_a_part_waited_for_its_turn_and_its_picture()
    {
        using Station station = Start(TriggerKind.Mqtt);
        station.Fire("a", _time.GetTimestamp() - TimeSpan.FromMilliseconds(5).Ticks * _time.TimestampFrequency / TimeSpan.TicksPerSecond);
        // The station's thread waits for the picture now.
        station.WaitUntilFrameWanted(Eventually.Patience, TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromMilliseconds(40));
        Picture(station);
        InspectedPart part = _line.Next();
        Assert.Equal(VerdictKind.Pass, part.Verdict.Kind);
        Assert.Equal(
            (5, 40, 55), (part.Queued.TotalMilliseconds, part.PictureWait.TotalMilliseconds, part.TriggerToSignal.TotalMilliseconds));
    }
}
