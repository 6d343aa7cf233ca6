using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Triggers;

namespace EdgeInspector.Inspection.Tests.Triggers;

public sealed class OccupancyTests : IDisposable
{
    private static readonly PresenceOptions Options = new() { LongestStay = TimeSpan.FromSeconds(2) };

    private readonly NoisyConveyor _conveyor = new();
    private Occupancy _occupancy;

    public OccupancyTests() => _occupancy = new Occupancy(Options, _conveyor.Time);

    public void Dispose() => _conveyor.Dispose();

    private bool Sees(double left = 0, double right = 0, double part = 200) =>
        _conveyor.Show((in picture) => _occupancy.Sees(picture, picture.CapturedAt), left, right, part);

    private int Occupied(int frames, double left = 0, double right = 0) => Enumerable.Range(0, frames).Count(_ => Sees(left, right));

    /// <summary>Lets a part of 40 % of the width pass, and gives how often something was seen to come.</summary>
    private int Pass()
    {
        int arrivals = 0;
        bool before = false;
        for (double x = -0.4; x <= 1; x += 0.02)
        {
            bool sees = Sees(x, x + 0.4);
            arrivals += sees && !before ? 1 : 0;
            before = sees;
        }
        Assert.False(before);
        return arrivals;
    }

    [Fact]
    public void The_noise_of_a_sensor_is_no_part()
    {
        _conveyor.Noise = 15;
        Assert.Equal(0, Occupied(500));
    }

    [Fact]
    public void A_part_is_seen_from_its_arrival_until_it_leaves_without_a_gap_in_spite_of_noise()
    {
        _conveyor.Noise = 15;
        Assert.Equal(0, Occupied(20));
        Assert.Equal([1, 1, 1], [Pass(), Pass(), Pass()]);
    }

    [Theory]
    [InlineData(50, 0.03)]
    [InlineData(5_000, 1)]
    public void Light_that_changes_slowly_is_no_part_however_seldom_a_picture_comes(int periodMs, double step)
    {
        _conveyor.Period = TimeSpan.FromMilliseconds(periodMs);
        for (int i = 0; i < 70; i++, _conveyor.Belt += step)
            Assert.False(Sees());
        Assert.True(Sees(0.3, 0.7));
    }

    [Fact]
    public void A_part_on_a_line_that_stands_is_idle_after_a_while_and_neither_the_conveyor_nor_the_next_part_is_taken_for_it()
    {
        Occupied(60);
        Assert.InRange(Occupied(200, 0.3, 0.7), 40, 43);
        Assert.False(Sees());
        Assert.True(Sees(0.3, 0.7));
        Assert.InRange(Occupied(200, 0.3, 0.7), 39, 43);
        Assert.Equal(0, Occupied(20));
        Assert.Equal(1, Pass());
    }

    [Fact]
    public void Parts_that_follow_each_other_without_a_gap_are_never_taken_for_the_conveyor()
    {
        Occupied(60);
        for (int i = 0; i < 200; i++)
            Assert.True(Sees(0, 1, part: 180 + 40 * Math.Sin(i * 0.7)));
        Assert.False(Sees());
    }

    [Fact]
    public void A_new_lamp_is_learnt_and_parts_are_seen_under_it_also_after_a_part_stood()
    {
        Occupied(60);
        _conveyor.Belt = 110;
        Assert.InRange(Occupied(200), 40, 43);
        Assert.Equal([1, 1, 1], [Pass(), Pass(), Pass()]);
        Assert.Equal(0, Occupied(60));
        Occupied(200, 0.3, 0.7);
        Assert.Equal(0, Occupied(20));
        Assert.Equal(1, Pass());
    }

    [Fact]
    public void A_part_in_the_first_frame_is_taken_for_the_conveyor_only_until_the_conveyor_was_seen_for_a_while()
    {
        Assert.False(Sees(0.3, 0.7));
        Assert.True(Sees());
        Occupied(60);
        Assert.False(Sees());
        Assert.True(Sees(0.3, 0.7));
    }

    [Fact]
    public void A_camera_that_comes_back_with_another_resolution_is_compared_with_what_was_known()
    {
        _conveyor.Size = (1280, 960);
        Occupied(3);
        _conveyor.Size = (64, 48);
        Assert.Equal(0, Occupied(3));
        Assert.True(Sees(0.3, 0.7));
        _conveyor.Size = (320, 100);
        Assert.True(Sees(0.3, 0.7));
        Assert.False(Sees());
    }

    [Fact]
    public void A_camera_that_was_away_while_the_light_changed_a_little_sees_the_conveyor()
    {
        Occupied(20);
        _conveyor.Time.Advance(TimeSpan.FromHours(3));
        _conveyor.Belt += 15;
        Assert.Equal(0, Occupied(20));
        _conveyor.Belt += 15;
        _conveyor.Time.Advance(TimeSpan.FromHours(3));
        Assert.Equal(0, Occupied(20));
        Assert.Equal(1, Pass());
    }

    [Fact]
    public void A_picture_of_the_empty_conveyor_may_have_another_resolution_than_the_camera()
    {
        Frame empty = _conveyor.Take();
        _conveyor.Size = (80, 60);
        _occupancy = new Occupancy(Options, _conveyor.Time, empty);
        empty.Release();
        Assert.True(Sees(0.3, 0.7));
        Assert.False(Sees());
    }

    [Fact]
    public unsafe void Grey_pictures_and_those_with_alpha_or_padded_rows_are_seen_like_those_in_colour()
    {
        Occupied(3);
        byte[] belt = new byte[150 * 100], part = new byte[150 * 100], alpha = new byte[80 * 4 * 30];
        belt.AsSpan().Fill(60);
        part.AsSpan().Fill(200);
        for (int i = 0; i < alpha.Length; i += 4)
            alpha.AsSpan(i, 3).Fill(60);
        fixed (byte* b = belt, p = part, a = alpha)
        {
            long now = _conveyor.Time.GetTimestamp();
            Assert.False(_occupancy.Sees(new FrameView((nint)b, 140, 100, 150, 1, now), now));
            Assert.False(_occupancy.Sees(new FrameView((nint)a, 80, 30, 320, 4, now), now));
            Assert.True(_occupancy.Sees(new FrameView((nint)p, 140, 100, 150, 1, now), now));
        }
    }

    [Fact]
    public void Looking_allocates_nothing_whatever_is_to_be_seen()
    {
        var change = new SceneChange(Options, _conveyor.Time);
        Frame[] frames = [_conveyor.Take(), _conveyor.Take(0.3, 0.7), _conveyor.Take(0.5, 0.9)];
        long allocated = 0;
        for (int round = 0; round < 20; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            foreach (Frame frame in frames)
            {
                _occupancy.Sees(frame.View, _conveyor.Time.GetTimestamp());
                change.Sees(frame.View, _conveyor.Time.GetTimestamp());
                change.Inspect();
            }
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.Equal(0, allocated);
        foreach (Frame frame in frames)
            frame.Release();
    }
}
