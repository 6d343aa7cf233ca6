using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Triggers;
using EdgeInspector.Inspection.Verdicts;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.Inspection.Tests.Stations;

/// <summary>What a station makes of a camera whose picture can't be trusted.</summary>
public sealed class PictureTests : IDisposable
{
    private const int Side = 96;

    private readonly FramePool _pool = new();
    private readonly InMemoryLine _line = new();
    private readonly StationCounters _counters = new();
    private readonly StationHealth _health = new();
    private readonly Random _noise = new(7);
    private long _frames;

    public void Dispose() => _pool.Dispose();

    private Station Start(TriggerKind kind, PictureOptions? picture = null)
    {
        var options = new StationOptions
        {
            Trigger = new TriggerOptions { Kind = kind },
            Deadline = TimeSpan.FromSeconds(kind == TriggerKind.EveryFrame ? 20 : 0.05),
            Picture = picture ?? new PictureOptions { LearnFrom = 3, Parts = 3 },
        };
        var generation = new CallbackGeneration(_ => new Prediction("ok", 0.9f));
        var station = new Station(
            new StationScope("weld-3", _health, _counters, TimeProvider.System, NullLogger.Instance),
            options,
            RuleSet.Create(options, generation.Model, out _)!,
            generation,
            new StationOutputs(_line, _line));
        station.Start();
        return station;
    }

    /// <summary>A picture of squares with edges as wide as <paramref name="blur"/>, and noise as a sensor has.</summary>
    private byte[] Squares(int blur = 1, int noise = 3)
    {
        byte[] pixels = new byte[Side * Side * 3];
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                double wave = Math.Clamp(Math.Sin(x * Math.PI / 8) * 6 / blur, -1, 1) * Math.Clamp(
                    Math.Sin(y * Math.PI / 8) * 6 / blur, -1, 1);
                byte value = (byte)(128 + 60 * wave / blur + _noise.Next(-noise, noise + 1));
                pixels.AsSpan((y * Side + x) * 3, 3).Fill(value);
            }
        }
        return pixels;
    }

    private static byte[] Plain(byte value) => [.. Enumerable.Repeat(value, Side * Side * 3)];

    private void Show(Station station, byte[] pixels, bool mayWait = false)
    {
        Frame frame = _pool.Rent(Side, Side);
        pixels.CopyTo(frame.Writable);
        frame.Stamp(TimeProvider.System.GetTimestamp(), TimeProvider.System.GetUtcNow(), ++_frames);
        station.Accept(frame, mayWait, TestContext.Current.CancellationToken);
    }

    private Verdict Inspect(Station station, byte[] pixels, bool mayWait = false)
    {
        Show(station, pixels, mayWait);
        return _line.Next().Verdict;
    }

    [Fact]
    public void A_picture_that_is_repeated_is_frozen_and_its_parts_get_none_until_it_changes()
    {
        using (Station station = Start(TriggerKind.EveryFrame))
        {
            byte[] picture = Squares();
            for (int i = 0; i < 3; i++)
                Assert.Equal(VerdictKind.Pass, Inspect(station, picture).Kind);
            for (int i = 0; i < 3; i++)
                Assert.Equal(
                    (VerdictKind.None, NoneReason.Camera, "the picture is frozen"),
                    Inspect(station, picture) is var v ? (v.Kind, v.Reason, v.Rule) : default);
            Assert.Contains(Station.PictureComponent, _health.Complaints.Keys);
            // Its edges lie elsewhere.
            Assert.Equal(VerdictKind.Pass, Inspect(station, Squares(blur: 6)).Kind);
            Assert.DoesNotContain(Station.PictureComponent, _health.Complaints.Keys);
        }
        Assert.Equal((7, 4, 3), (_counters.Triggers, _counters.Pass, _counters.None));
        Assert.Equal(0, _pool.InUse);
    }

    [Fact]
    public void A_trigger_finds_no_frame_in_a_frozen_picture()
    {
        using (Station station = Start(TriggerKind.Mqtt))
        {
            byte[] picture = Squares();
            for (int i = 0; i < 4; i++)
                Show(station, picture);
            station.Fire("part", TimeProvider.System.GetTimestamp());
            Show(station, picture);
            Verdict verdict = _line.Next().Verdict;
            Assert.Equal((NoneReason.Camera, "the picture is frozen"), (verdict.Reason, verdict.Rule));
        }
        Assert.Equal(0, _pool.InUse);
    }

    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 0)]
    public void Files_and_cameras_that_may_repeat_their_picture_are_not_frozen(bool mayWait, int frozenAfter)
    {
        using Station station = Start(TriggerKind.EveryFrame, new PictureOptions { FrozenAfter = frozenAfter });
        byte[] picture = Squares();
        for (int i = 0; i < 10; i++)
            Assert.Equal(VerdictKind.Pass, Inspect(station, picture, mayWait).Kind);
        Assert.True(_health.IsGood);
    }

    [Fact]
    public void The_dark_between_two_flashes_is_not_frozen()
    {
        using Station station = Start(TriggerKind.Mqtt);
        for (int i = 0; i < 10; i++)
            Show(station, Plain(0));
        Assert.True(_health.IsGood);
    }

    [Theory]
    [InlineData(0, Station.LightComponent)]
    [InlineData(255, Station.LightComponent)]
    [InlineData(-1, Station.FocusComponent)]
    public void Pictures_that_go_black_white_or_out_of_focus_are_an_alarm_until_they_are_well_and_a_single_one_is_not(
        int plain, string component)
    {
        using Station station = Start(TriggerKind.EveryFrame);
        byte[] Bad() => plain < 0 ? Squares(blur: 6) : Plain((byte)plain);
        for (int i = 0; i < 3; i++)
            Inspect(station, Squares());
        for (int i = 0; i < 5; i++)
        {
            Inspect(station, Bad());
            Inspect(station, Bad());
            Inspect(station, Squares());
        }
        Assert.DoesNotContain(component, _health.Complaints.Keys);
        for (int i = 0; i < 3; i++)
            Assert.Equal(plain < 0 ? NoneReason.NotNone : NoneReason.Picture, Inspect(station, Bad()).Reason);
        Assert.Contains(component, _health.Complaints.Keys);
        for (int i = 0; i < 3; i++)
            Inspect(station, Squares());
        Assert.DoesNotContain(component, _health.Complaints.Keys);
    }

    [Fact]
    public void Looking_at_a_picture_of_a_large_camera_allocates_nothing()
    {
        var frozen = new FrozenPicture(3);
        var quality = new PictureQuality(new PictureOptions());
        var gate = new PictureGate(new PictureOptions());
        using var pool = new FramePool();
        Frame frame = pool.Rent(1920, 1200);
        _noise.NextBytes(frame.Writable);
        void Look()
        {
            gate.Refuse(frame, out _);
            quality.Measure(frame, gate);
        }
        frozen.Shows(frame.View);
        Look();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
        {
            frozen.Shows(frame.View);
            Look();
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        frame.Release();
    }
}
