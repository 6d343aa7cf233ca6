using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.References;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Tests.Stations;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.Inspection.Tests.References;

/// <summary>What a station makes of its references: verdicts, learning from live parts, types, drift.</summary>
public sealed class StationReferencesTests : IDisposable
{
    private readonly DrawnParts _parts = new(11);
    private readonly InMemoryLine _line = new();
    private readonly StationCounters _counters = new();
    private readonly StationHealth _health = new();
    private long _frames;

    public void Dispose() => _parts.Dispose();

    private Station Start(TriggerKind kind = TriggerKind.EveryFrame, ReferenceOptions? references = null) =>
        Start(_ => new Prediction("ok", 0.9f), kind, references);

    private Station Start(Func<Frame, Prediction> look, TriggerKind kind = TriggerKind.EveryFrame, ReferenceOptions? references = null)
    {
        var options = new StationOptions
        {
            Trigger = new TriggerOptions { Kind = kind },
            Deadline = TimeSpan.FromSeconds(20),
            Picture = new PictureOptions { Reference = references ?? new ReferenceOptions() },
        };
        var generation = new CallbackGeneration(look);
        var station = new Station(
            new StationScope("weld-3", _health, _counters, TimeProvider.System, NullLogger.Instance),
            options,
            RuleSet.Create(options, generation.Model, out _)!,
            generation,
            new StationOutputs(_line, _line));
        station.Start();
        return station;
    }

    private InspectedPart Inspect(Station station, Frame frame)
    {
        Show(station, frame);
        return _line.Next();
    }

    private void Show(Station station, Frame frame)
    {
        frame.Stamp(TimeProvider.System.GetTimestamp(), TimeProvider.System.GetUtcNow(), ++_frames, $"part-{_frames}");
        station.Accept(frame, false, TestContext.Current.CancellationToken);
    }

    private InspectedPart Inspect(Station station, Frame frame, string? type)
    {
        station.Fire($"part-{_frames}", TimeProvider.System.GetTimestamp(), type);
        Show(station, frame);
        return _line.Next();
    }

    [Fact]
    public void A_picture_beyond_the_reference_gets_none_with_the_reason_picture_and_the_record_tells_what_it_measured()
    {
        using Station station = Start();
        Assert.Equal(VerdictKind.Pass, Inspect(station, _parts.Draw(default, kind: 1)).Verdict.Kind);
        station.References.Put(_parts.Learnt());
        InspectedPart empty = Inspect(station, _parts.Draw(default, kind: 1));
        Assert.Equal((VerdictKind.None, NoneReason.Picture, GateAction.Reject), (empty.Verdict.Kind, empty.Verdict.Reason, empty.Action));
        Assert.True(empty.Picture!.Value.Different > 0.1);
        InspectedPart good = Inspect(station, _parts.Good(new PartPlace(5, -3, 1)));
        Assert.Equal(VerdictKind.Pass, good.Verdict.Kind);
        Assert.InRange(good.Picture!.Value.Place.X, 3, 7);
        Assert.True(station.References.Forget(null));
        InspectedPart after = Inspect(station, _parts.Draw(default, kind: 1));
        Assert.Equal((VerdictKind.Pass, null), (after.Verdict.Kind, after.Picture));
    }

    [Fact]
    public void By_setting_a_part_of_a_type_that_nobody_has_learnt_is_only_checked_for_light_and_detail()
    {
        using Station station = Start(TriggerKind.Mqtt, new ReferenceOptions { UnknownType = UnknownType.Check });
        station.References.Put(_parts.Learnt(type: "plate"));
        Assert.Equal(VerdictKind.Pass, Inspect(station, _parts.Good(), "ring").Verdict.Kind);
        Assert.Contains("only checked for light", station.References.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_station_learns_from_the_parts_that_it_inspects_and_from_no_picture_that_shows_nothing()
    {
        using Station station = Start();
        Learning learning = station.References.Begin(
            new LearnOrigin("weld-3", null, "camera", "quality", null, DateTimeOffset.UnixEpoch), 12)!;
        Assert.Null(station.References.Begin(learning.Origin, 12));
        Inspect(station, _parts.Draw(default, light: 0.01));
        for (int i = 0; i < 12; i++)
            Assert.Equal(VerdictKind.Pass, Inspect(station, _parts.Good()).Verdict.Kind);
        Assert.True(await learning.Done.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        Assert.Equal((12, 1), (learning.Taken, learning.Refused));
        LearnOutcome outcome = learning.Learn();
        Assert.Equal(12, outcome.Reference!.Parts);
        Assert.Null(station.References.Learning);
    }

    /// <summary>Somebody vouches for them, and the model says otherwise: one of the two is wrong, and he must hear of it.</summary>
    [Fact]
    public async Task It_is_counted_what_the_model_said_of_the_parts_that_are_learnt_from()
    {
        string[] says = ["scratch", "ok", "scratch", "ok", "ok", "doubt", "ok", "ok", "ok", "ok", "ok", "ok"];
        int asked = 0;
        using Station station = Start(
            _ => says[asked++] is var tag && tag == "doubt" ? new Prediction("ok", 0.1f) : new Prediction(tag, 0.9f));
        Learning learning = station.References.Begin(
            new LearnOrigin("weld-3", null, "camera", "quality", null, DateTimeOffset.UnixEpoch), 12)!;
        for (int i = 0; i < 3; i++)
            Inspect(station, _parts.Good());
        Assert.Equal(2, learning.Rejected);
        for (int i = 3; i < 12; i++)
            Inspect(station, _parts.Good());
        Assert.True(await learning.Done.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        LearnOutcome outcome = learning.Learn();
        Assert.Empty(outcome.LeftOut);
        Assert.Equal(new ModelOpinion(2, 1), outcome.Model);
    }

    [Fact]
    public void Without_a_reference_it_is_said_mildly_and_is_no_complaint()
    {
        using Station station = Start();
        Inspect(station, _parts.Good());
        Assert.Contains("No reference was learnt", station.References.Note, StringComparison.Ordinal);
        Assert.True(_health.IsGood);
        station.References.Put(_parts.Learnt());
        Assert.Null(station.References.Note);
    }

    [Fact]
    public void The_type_of_the_trigger_chooses_the_reference_and_an_unknown_one_is_held_against_that_without_a_type()
    {
        using Station station = Start(TriggerKind.Mqtt);
        station.References.Put(_parts.Learnt(type: "plate"));
        station.References.Put(_parts.Learnt(type: "disc", kind: 2));
        Assert.Equal(VerdictKind.Pass, Inspect(station, _parts.Good(), "PLATE").Verdict.Kind);
        Assert.Equal(VerdictKind.Pass, Inspect(station, _parts.Draw(_parts.AnyPlace(), kind: 2), "disc").Verdict.Kind);
        Assert.Equal(NoneReason.Picture, Inspect(station, _parts.Good(), "disc").Verdict.Reason);
        Assert.Null(station.References.Note);
        // Nothing is known of it, and there is none without a type.
        InspectedPart ring = Inspect(station, _parts.Good(), "ring");
        Assert.Equal((VerdictKind.None, NoneReason.Picture), (ring.Verdict.Kind, ring.Verdict.Reason));
        Assert.Contains(
            "parts of type 'ring', and those that were learnt are for 'disc', 'plate'", ring.Verdict.Rule, StringComparison.Ordinal);
        Assert.Contains("'ring'", station.References.Note, StringComparison.Ordinal);
        Assert.Contains("names no type", Inspect(station, _parts.Good(), null).Verdict.Rule, StringComparison.Ordinal);
        // While it is learnt, the line goes on.
        Assert.NotNull(
            station.References.Begin(new LearnOrigin("weld-3", "ring", "camera", "quality", null, DateTimeOffset.UnixEpoch), 10));
        Assert.Equal(VerdictKind.Pass, Inspect(station, _parts.Good(), "ring").Verdict.Kind);
        Assert.True(_health.IsGood);
        station.References.Put(_parts.Learnt());
        Assert.Equal(NoneReason.Picture, Inspect(station, _parts.Draw(default, kind: 2), "ring").Verdict.Reason);
        Assert.Null(station.References.Note);
    }

    [Fact]
    public void Where_most_pictures_are_refused_the_state_says_what_was_wrong_with_the_last_one()
    {
        using Station station = Start();
        station.References.Put(_parts.Learnt());
        for (int i = 0; i < 8; i++)
            Inspect(station, _parts.Draw(default, kind: 1));
        Eventually.True(() => _health.Has(Station.ShareComponent));
        string complaint = _health.Complaints[Station.ShareComponent];
        Assert.Contains("are no evidence; of the last one: ", complaint, StringComparison.Ordinal);
        Assert.Contains("Look at lamp, lens and camera", complaint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Learning_anew_while_parts_come_loses_none_of_them()
    {
        using Station station = Start();
        Reference[] references = [_parts.Learnt(), _parts.Learnt()];
        using var stop = new CancellationTokenSource();
        Task swapping = Task.Run(
            () =>
            {
                for (int i = 0; !stop.IsCancellationRequested; i++)
                    station.References.Put(references[i % 2]);
            },
            TestContext.Current.CancellationToken);
        for (int i = 0; i < 60; i++)
            Assert.Equal(VerdictKind.Pass, Inspect(station, _parts.Good()).Verdict.Kind);
        await stop.CancelAsync();
        await swapping;
        Assert.Equal((60, 60), (_counters.Triggers, _counters.Pass));
    }

    [Fact]
    public void Light_that_fades_makes_the_station_degraded_before_it_costs_a_verdict_until_it_is_well()
    {
        using Station station = Start();
        station.References.Put(_parts.Learnt());
        for (int i = 0; !_health.Has(StationReferences.DriftComponent); i++)
        {
            Assert.True(i < 100);
            Assert.Equal(VerdictKind.Pass, Inspect(station, _parts.Draw(_parts.AnyPlace(), light: 1 - 0.0012 * i)).Verdict.Kind);
            Assert.True(_line.Waiting == 0);
        }
        Assert.Contains("the brightness was", _health.Complaints[StationReferences.DriftComponent], StringComparison.Ordinal);
        for (int i = 0; i < 60; i++)
            Inspect(station, _parts.Good());
        Assert.False(_health.Has(StationReferences.DriftComponent));
    }
}
