using System.Text.Json;
using EdgeInspector.Delivery.Images;
using EdgeInspector.Delivery.Images.Calls;
using EdgeInspector.Delivery.Images.Looking;
using EdgeInspector.Foundation.Clocks;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using Microsoft.Extensions.Time.Testing;
using OpenCvSharp;

namespace EdgeInspector.Delivery.Tests.Images.Calls;

public sealed class CallPicturesTests : IDisposable
{
    private readonly TemporaryFolder _data = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero));
    private readonly WatchedClock _clock;
    private readonly RecordingLog _log = new();
    private readonly FramePool _frames = new(1);
    private long? _free;

    public CallPicturesTests() => _clock = new WatchedClock(_time);

    public void Dispose()
    {
        _frames.Dispose();
        _data.Dispose();
    }

    [Theory]
    [InlineData(".jpg")]
    [InlineData(".png")]
    public void A_picture_is_kept_as_it_was_brought_beside_a_marked_one_and_the_answer(string ending)
    {
        byte[] file = File(ending);
        Guid id = Keep(Open(), file, new Prediction("dent", 0.8f, new BoundingBox(0.2f, 0.2f, 0.3f, 0.3f)));
        // As a restart finds it.
        KeptPictures kept = Open().Kept;
        KeptPart call = Assert.Single(kept.Find(new KeptQuery(Station: "s1", Tag: "dent", LeastProbability: 0.7), null, 10).Parts);
        Assert.Equal((id, "robot", "dent"), (call.Id, call.Part, call.Tag));
        Assert.Equal(1, JsonDocument.Parse(call.Event!).RootElement.GetProperty("predictions").GetArrayLength());
        Assert.Equal(file, kept.Open(id, KeptPicture.Original));
        Assert.NotEqual(file, kept.Open(id, KeptPicture.Marked));
    }

    [Fact]
    public void With_hundreds_of_boxes_the_picture_is_found_again_though_its_answer_is_too_large_to_be_kept()
    {
        Prediction[] many = [.. Enumerable.Repeat(new Prediction(new string('d', 60), 0.5f, new BoundingBox(0.2f, 0.2f, 0.3f, 0.3f)), 600)];
        Guid id = Keep(Open(), File(".png"), many);
        KeptPart call = Assert.Single(Open().Kept.Find(new KeptQuery(), null, 10).Parts);
        Assert.Equal((id, "robot", null), (call.Id, call.Part, call.Event));
    }

    [Fact]
    public void A_format_that_the_spool_does_not_know_is_kept_as_one_that_it_knows()
    {
        Guid id = Keep(Open(), File(".bmp"));
        using Mat original = Cv2.ImDecode(Open().Kept.Open(id, KeptPicture.Original)!, ImreadModes.Color);
        Assert.Equal((64, 48), (original.Width, original.Height));
    }

    [Fact]
    public void The_oldest_give_way_to_the_newest()
    {
        byte[] file = File(".png");
        Guid[] kept = [Keep(Open(), file), .. Enumerable.Range(0, 4).Select(_ => Guid.Empty)];
        long one = Directory.EnumerateFiles(_data["calls"], "*", SearchOption.AllDirectories).Sum(path => new FileInfo(path).Length);
        CallPictures calls = Open(new CallPictureLimits(5 * one / 2, TimeSpan.FromDays(1)));
        for (int i = 1; i < kept.Length; i++)
            kept[i] = Keep(calls, file);
        Assert.Equal(kept.TakeLast(2).Reverse(), calls.Kept.Find(new KeptQuery(), null, 10).Parts.Select(part => part.Id));
    }

    [Fact]
    public void Those_that_are_too_old_go()
    {
        CallPictures calls = Open();
        Keep(calls, File(".png"));
        Pass(TimeSpan.FromDays(31), calls);
        Assert.Equal(0, calls.Kept.Count);
        Assert.DoesNotContain(Directory.EnumerateFiles(_data["calls"], "*", SearchOption.AllDirectories), path => path.EndsWith(".png"));
    }

    [Theory]
    [InlineData(73 * 365)]
    [InlineData(200)]
    public void A_clock_that_is_wrong_for_a_moment_costs_none(int days)
    {
        CallPictures calls = Open();
        Keep(calls, File(".png"));
        Pass(TimeSpan.FromDays(2), calls);
        _clock.WallIsOff = TimeSpan.FromDays(days);
        Pass(TimeSpan.FromMinutes(1), calls);
        _clock.WallIsOff = TimeSpan.Zero;
        Pass(TimeSpan.FromDays(2), calls);
        Assert.Equal(1, calls.Kept.Count);
    }

    [Fact]
    public void A_clock_that_is_wrong_from_the_start_costs_none_and_what_it_dates_does_not_go_for_its_age()
    {
        Guid first = Keep(Open(), File(".png"));
        _clock.WallIsOff = TimeSpan.FromDays(73 * 365);
        CallPictures calls = Open();
        Pass(TimeSpan.FromDays(2), calls);
        Assert.True(calls.Kept.Has(first));
        _clock.WallIsOff = TimeSpan.FromDays(-56 * 365);
        Guid second = Keep(calls, File(".png"));
        _clock.WallIsOff = TimeSpan.Zero;
        Pass(TimeSpan.FromDays(2), calls);
        Assert.True(calls.Kept.Has(first) && calls.Kept.Has(second));
    }

    [Fact]
    public void On_a_disk_that_fills_up_they_go_and_the_log_says_why_none_is_kept()
    {
        CallPictures calls = Open();
        Keep(calls, File(".jpg"));
        _free = new ImageOptions().SpoolMinimumFree;
        calls.KeepHouse();
        Assert.Equal(0, calls.Kept.Count);
        Keep(calls, File(".jpg"));
        Assert.Equal(0, calls.Kept.Count);
        Assert.Contains(_log.Lines, line => line.Contains("Free some space on the disk", StringComparison.Ordinal));
    }

    private CallPictures Open(CallPictureLimits? limits = null)
    {
        var calls = new CallPictures(
            _data.Path, limits ?? new CallPictureLimits(1_000_000, TimeSpan.FromDays(30)), new ImageOptions(), _clock, _log, _ => _free);
        calls.Load(TestContext.Current.CancellationToken);
        return calls;
    }

    private Guid Keep(CallPictures calls, byte[] file, params Prediction[] predictions)
    {
        Frame frame = _frames.Rent(64, 48);
        // Rented memory holds anything; what a copy of it takes on disk would change from run to run.
        frame.Writable.Fill(90);
        Guid id = WallTime.NewId(_clock.GetUtcNow());
        byte[] answer = JsonSerializer.SerializeToUtf8Bytes(new { id, predictions = predictions.Select(one => one.TagName) });
        calls.Keep(new CallPicture(id, "s1", "robot", _clock.GetUtcNow(), file, frame, predictions, answer));
        frame.Release();
        _time.Advance(TimeSpan.FromSeconds(1));
        return id;
    }

    private void Pass(TimeSpan time, CallPictures calls)
    {
        calls.KeepHouse();
        _time.Advance(time);
        calls.KeepHouse();
    }

    private static byte[] File(string ending)
    {
        using var picture = new Mat(48, 64, MatType.CV_8UC3, new Scalar(30, 90, 160));
        return picture.ImEncode(ending);
    }
}
