using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Triggers;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.Inspection.Tests.Triggers;

public sealed class PresenceDetectorTests : IDisposable
{
    private readonly FramePool _pool = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _pool.Dispose();

    /// <summary>
    /// A conveyor of brightness <paramref name="belt"/> with a bright part over the whole height,
    /// from <paramref name="left"/> to <paramref name="right"/>.
    /// </summary>
    private bool Sees(PresenceDetector detector, byte belt, int left = 0, int right = 0)
    {
        Frame frame = _pool.Rent(100, 60);
        frame.Writable.Fill(belt);
        for (int row = 0; row < 60; row++)
            frame.Writable.Slice(row * 300 + left * 3, (right - left) * 3).Fill(220);
        _time.Advance(TimeSpan.FromMilliseconds(50));
        frame.Stamp(_time.GetTimestamp(), _time.GetUtcNow(), 1);
        bool arrives = detector.Arrives(frame);
        frame.Release();
        return arrives;
    }

    [Fact]
    public void A_part_that_passes_is_seen_once()
    {
        var detector = new PresenceDetector(new PresenceOptions(), _time);
        int seen = 0;
        for (int part = 0; part < 3; part++)
        {
            for (int x = -40; x <= 100; x += 2)
                seen += Sees(detector, 40, Math.Clamp(x, 0, 100), Math.Clamp(x + 40, 0, 100)) ? 1 : 0;
        }
        Assert.Equal(3, seen);
    }

    [Fact]
    public void An_empty_conveyor_is_no_part_even_when_the_light_changes_slowly()
    {
        var detector = new PresenceDetector(new PresenceOptions(), _time);
        for (int i = 0; i < 2000; i++)
            Assert.False(Sees(detector, (byte)(40 + i / 20)));
    }

    [Fact]
    public void A_change_that_stays_is_learnt_as_the_new_conveyor()
    {
        var detector = new PresenceDetector(new PresenceOptions { LongestStay = TimeSpan.FromSeconds(2) }, _time);
        Assert.False(Sees(detector, 40));
        Assert.True(Sees(detector, 120));
        for (int i = 0; i < 60; i++)
            Assert.False(Sees(detector, 120));
        Assert.True(Sees(detector, 120, 30, 70));
    }

    [Fact]
    public void A_part_that_stood_below_the_camera_is_not_taken_for_the_conveyor_when_the_line_goes_on()
    {
        var detector = new PresenceDetector(new PresenceOptions { LongestStay = TimeSpan.FromSeconds(2) }, _time);
        for (int i = 0; i < 60; i++)
            Assert.False(Sees(detector, 40));
        Assert.True(Sees(detector, 40, 30, 70));
        for (int i = 0; i < 200; i++)
            Assert.False(Sees(detector, 40, 30, 70));
        Assert.False(Sees(detector, 40));
        Assert.True(Sees(detector, 40, 30, 70));
    }

    [Fact]
    public void A_part_in_the_first_frame_is_seen_when_a_picture_of_the_empty_conveyor_is_given()
    {
        Frame empty = _pool.Rent(100, 60);
        empty.Writable.Fill(40);
        var detector = new PresenceDetector(new PresenceOptions(), _time, empty);
        empty.Release();
        Assert.True(Sees(detector, 40, 30, 70));
    }
}
