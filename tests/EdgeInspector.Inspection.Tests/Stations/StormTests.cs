using EdgeInspector.Inspection.Challenges;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Storms;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.Inspection.Tests.Stations;

/// <summary>A station that rejects one part after the other.</summary>
public sealed class StormTests : IDisposable
{
    private readonly FramePool _pool = new();
    private readonly InMemoryLine _line = new();
    private readonly StationHealth _health = new();
    private readonly List<StormNews> _news = [];
    private volatile string _tag = "ok";
    private byte _light = 120;
    private float _probability = 0.9f;
    private long _frames;

    public void Dispose() => _pool.Dispose();

    private Station Start(bool stop, GateAction review = GateAction.Reject)
    {
        var options = new StationOptions
        {
            Trigger = new TriggerOptions { Kind = TriggerKind.EveryFrame },
            Deadline = TimeSpan.FromSeconds(20),
            Picture = PictureOptions.Off,
            UncertainBand = 0.05,
            ReviewAction = review,
            Challenge = new ChallengeOptions { BadParts = ["NOK-*"] },
            RejectStorm = new RejectStormOptions { InARow = 4, Stop = stop },
        };
        var generation = new CallbackGeneration(_ => new Prediction(_tag, _probability));
        var station = new Station(
            new StationScope("weld-3", _health, new StationCounters(), TimeProvider.System, NullLogger.Instance),
            options,
            RuleSet.Create(options, generation.Model, out _)!,
            generation,
            new StationOutputs(_line, _line));
        station.StormChanged += _news.Add;
        station.Start();
        return station;
    }

    private List<GateAction> Inspect(Station station, int count, string part = "A")
    {
        var actions = new List<GateAction>();
        for (int i = 0; i < count; i++)
        {
            Frame frame = _pool.Rent(64, 64);
            frame.Writable.Fill(_light);
            frame.Stamp(TimeProvider.System.GetTimestamp(), DateTimeOffset.UtcNow, ++_frames, $"{part}-{_frames}");
            station.Accept(frame, mayWait: true, TestContext.Current.CancellationToken);
            InspectedPart record = _line.Next();
            Assert.Equal(_line.Signals.Last().Action, record.Action);
            actions.Add(record.Action);
            station.WaitUntilIdle(TestContext.Current.CancellationToken);
        }
        return actions;
    }

    [Fact]
    public void By_setting_the_gate_is_told_to_stop_from_the_storm_on_until_somebody_ends_it()
    {
        using Station station = Start(stop: true);
        Inspect(station, 25);
        _tag = "scratch";
        Assert.Equal([GateAction.Reject, GateAction.Reject, GateAction.Reject, GateAction.Stop, GateAction.Stop], Inspect(station, 5));
        Assert.Contains("Too many rejects: 4 in a row.", _health.Complaints[Station.StormComponent], StringComparison.Ordinal);
        Assert.Contains("the parts changed", _health.Complaints[Station.StormComponent], StringComparison.Ordinal);
        // The gate must be able to remove a challenge part whatever goes on.
        Assert.Equal([GateAction.Reject], Inspect(station, 1, "NOK"));
        _tag = "ok";
        Assert.Equal([GateAction.Pass], Inspect(station, 1));
        Assert.True(station.IsInStorm);
        Assert.True(station.EndStorm("mia", "the fixture was loose"));
        Assert.False(station.EndStorm("mia", "again"));
        Assert.False(_health.Has(Station.StormComponent));
        _tag = "scratch";
        Assert.Equal([GateAction.Reject], Inspect(station, 1));
        Assert.Equal(
            [(true, PictureChange.Same, null), (false, PictureChange.Unknown, "mia")],
            _news.Select(news => (news.Began, news.Pictures, news.By)));
    }

    [Theory]
    [InlineData(GateAction.Reject, true)]
    [InlineData(GateAction.Pass, false)]
    public void A_doubtful_part_counts_as_what_the_gate_does_with_it(GateAction review, bool isStorm)
    {
        using Station station = Start(stop: true, review);
        _tag = "scratch";
        Inspect(station, 3);
        _probability = 0.5f;
        GateAction doubtful = Inspect(station, 1)[0];
        Assert.Equal(isStorm ? GateAction.Stop : GateAction.Pass, doubtful);
        Assert.Equal(isStorm, station.IsInStorm);
    }

    [Fact]
    public void A_storm_at_which_the_line_stops_goes_on_after_a_restart_until_somebody_ends_it()
    {
        using Station station = Start(stop: true);
        Assert.True(station.TakeUpStorm("Too many rejects: 4 in a row."));
        Assert.True(_health.Has(Station.StormComponent));
        _tag = "scratch";
        Assert.Equal([GateAction.Stop], Inspect(station, 1));
        Assert.True(station.EndStorm("mia", "looked"));
        Assert.Equal([GateAction.Reject], Inspect(station, 1));
        using Station alarmOnly = Start(stop: false);
        Assert.False(alarmOnly.TakeUpStorm("Too many rejects."));
    }

    [Fact]
    public void An_alarm_alone_tells_that_the_pictures_changed_and_ends_when_parts_pass_again()
    {
        using Station station = Start(stop: false);
        Inspect(station, 25);
        (_tag, _light) = ("scratch", 40);
        Assert.DoesNotContain(GateAction.Stop, Inspect(station, 6));
        Assert.Contains(
            "The pictures changed (brightness 0.16 after 0.47", _health.Complaints[Station.StormComponent], StringComparison.Ordinal);
        (_tag, _light) = ("ok", 120);
        Inspect(station, 1);
        Assert.False(_health.Has(Station.StormComponent));
        Assert.Equal([PictureChange.Changed, PictureChange.Unknown], _news.Select(news => news.Pictures));
    }
}
