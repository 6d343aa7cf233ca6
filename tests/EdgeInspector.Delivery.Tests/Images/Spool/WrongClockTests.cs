using System.Globalization;
using EdgeInspector.Delivery.Images;
using EdgeInspector.Delivery.Images.Spool;
using EdgeInspector.Delivery.Tests.Support;
using EdgeInspector.Foundation.Clocks;

namespace EdgeInspector.Delivery.Tests.Images.Spool;

/// <summary>Evidence under a wall clock that is wrong, and after it was set right.</summary>
public sealed class WrongClockTests : IDisposable
{
    private static readonly ImageOptions TwoDays = new() { SpoolMaxAge = TimeSpan.FromDays(2), SpoolMinimumFree = 0 };

    private readonly SpoolBench _bench = new();

    public void Dispose() => _bench.Dispose();

    public static TheoryData<string> Clocks =>
        ["0001-01-01", "1601-01-01", "1899-12-30", "1969-12-31", "1970-01-01", "1980-01-06", "2000-01-01", "2038-01-19", "2099-12-31",
            "2106-02-07", "9000-01-01", "9999-12-30"];

    private void Set(string clock) => _bench.Clock.WallIsOff = At(clock) - _bench.Time.GetUtcNow();

    private static DateTimeOffset At(string clock) => DateTimeOffset.Parse(clock + "T12:00:00Z", CultureInfo.InvariantCulture);

    [Theory]
    [MemberData(nameof(Clocks))]
    public void Pictures_of_a_wrong_clock_are_kept_counted_and_published_over_restarts(string clock)
    {
        Set(clock);
        Guid[] ids = [_bench.Store(_bench.Open(TwoDays)), _bench.Store(_bench.Open(TwoDays))];
        ImageSpool again = _bench.Open(TwoDays);
        again.KeepHouse();
        Assert.Equal((2, 2), (again.Content.Parts, again.Content.Waiting));
        Assert.Equal(_bench.Files.Sum(file => new FileInfo(Path.Combine(_bench.Folder, file)).Length), again.Content.Bytes);

        // Set right, and a restart after that: what the wrong clock wrote has no age.
        _bench.Clock.WallIsOff = TimeSpan.Zero;
        again.KeepHouse();
        ImageSpool right = _bench.Open(TwoDays);
        _bench.Time.Advance(TimeSpan.FromHours(5));
        right.KeepHouse();
        Assert.Equal(ids.Order(), _bench.Kept());
        Assert.Equal(ids.Order(), new[] { SpoolBench.DeliverNext(right), SpoolBench.DeliverNext(right) }.Order());
        Assert.Empty(_bench.Told);
    }

    [Theory]
    [MemberData(nameof(Clocks))]
    public void A_start_under_a_wrong_clock_gives_up_no_picture_for_its_age(string clock)
    {
        ImageSpool before = _bench.Open(TwoDays);
        Guid[] ids = [_bench.Store(before), _bench.Store(before)];
        SpoolBench.DeliverNext(before);
        Set(clock);
        ImageSpool spool = _bench.Open(TwoDays);
        _bench.Time.Advance(TimeSpan.FromHours(5));
        spool.KeepHouse();
        Assert.Equal(ids, _bench.Kept());
    }

    [Fact]
    public void After_more_than_a_year_a_day_is_left_to_look_whether_the_clock_is_right()
    {
        Guid old = _bench.Store(_bench.Open(TwoDays));
        _bench.Time.Advance(TimeSpan.FromDays(400));
        ImageSpool spool = _bench.Open(TwoDays);
        Assert.Contains(_bench.Log.Lines, line => line.Contains("The wall clock jumped by 400.", StringComparison.Ordinal));
        _bench.Time.Advance(TimeSpan.FromHours(23));
        spool.KeepHouse();
        Assert.Equal([old], _bench.Kept());
        _bench.Time.Advance(TimeSpan.FromHours(2));
        spool.KeepHouse();
        Assert.Empty(_bench.Kept());
    }

    [Fact]
    public void Old_pictures_still_go_where_others_have_a_date_that_can_not_be()
    {
        Guid right = _bench.Store(_bench.Open(TwoDays));
        Set("1970-01-01");
        Guid wrong = _bench.Store(_bench.Open(TwoDays));
        _bench.Clock.WallIsOff = TimeSpan.Zero;
        _bench.Time.Advance(TimeSpan.FromDays(3));
        ImageSpool spool = _bench.Open(TwoDays);
        _bench.Time.Advance(TimeSpan.FromHours(2));
        spool.KeepHouse();
        Assert.Equal([wrong], _bench.Kept());
        Assert.Equal([right], _bench.ToldIds);
    }

    [Theory]
    [MemberData(nameof(Clocks))]
    public async Task An_event_of_a_wrong_clock_is_kept_and_the_station_says_that_the_clock_is_wrong_until_it_is_right(string clock)
    {
        var time = new WatchedClock(TimeProvider.System);
        time.WallIsOff = At(clock) - time.GetUtcNow();
        await using LineUnderTest line = new(LineUnderTest.At(1), time: time);
        line.Evidence.Start([line.Link]);
        line.Evidence.Accept(line.Part());
        await Eventually.TrueAsync(() => line.Evidence.Waiting == 1 && line.Evidence.Committed == 1, "the event to be kept");
        bool isPossible = WallTime.IsPossible(At(clock));
        await Eventually.TrueAsync(
            () => line.Health.Complaints.ContainsKey("evidence") && line.Health.Complaints.ContainsKey("clock") != isPossible,
            "the complaint");
        if (!isPossible)
            Assert.StartsWith($"This machine's clock says {clock}, which lies ", line.Health.Complaints["clock"], StringComparison.Ordinal);
        time.WallIsOff = TimeSpan.Zero;
        await Eventually.TrueAsync(() => !line.Health.Complaints.ContainsKey("clock"), "the complaint to be withdrawn");
        await line.Evidence.StopAsync(TimeSpan.FromSeconds(1));
    }
}
