using System.ComponentModel.DataAnnotations;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.Storms;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Inspection.Tests.Storms;

public sealed class RejectStormTests : IDisposable
{
    private readonly FramePool _pool = new();

    public void Dispose() => _pool.Dispose();

    private static string Run(RejectStormOptions options, string verdicts)
    {
        var storm = new RejectStorm(options);
        return string.Concat(verdicts.Select(one =>
        {
            storm.Note(Kind(one));
            return storm.IsOn ? '!' : '.';
        }));
    }

    private static VerdictKind Kind(char one) => one switch
    {
        'r' => VerdictKind.Reject,
        'p' => VerdictKind.Pass,
        'd' => VerdictKind.Review,
        _ => VerdictKind.None,
    };

    [Theory]
    [InlineData("rrrr", "...!")]
    [InlineData("rrprrr", "......")]
    [InlineData("rrnrr", "....!")]
    [InlineData("rrdrr", ".....")]
    [InlineData("nnnnn", ".....")]
    [InlineData("rrrrp", "...!.")]
    [InlineData("rrrrnp", "...!!.")]
    public void So_many_in_a_row_are_one_and_what_got_no_verdict_counts_neither_way(string verdicts, string storm) =>
        Assert.Equal(storm, Run(new RejectStormOptions { InARow = 4 }, verdicts));

    [Fact]
    public void A_share_of_the_last_parts_is_one_once_so_many_are_known_and_ends_well_below_it()
    {
        var options = new RejectStormOptions { Share = 0.4, Window = 10 };
        Assert.Equal("...............", Run(options, "rprprpppppppppp"));
        Assert.Equal(".........!!!!!!!..", Run(options, "rprprprprprppppppp"));
    }

    [Fact]
    public void One_that_stops_the_line_goes_on_until_somebody_ends_it()
    {
        var storm = new RejectStorm(new RejectStormOptions { InARow = 3, Stop = true });
        foreach (char one in "rrrpppppppp")
            storm.Note(Kind(one));
        Assert.True(storm.IsOn);
        Assert.Equal(GateAction.Stop, storm.ActionFor(VerdictKind.Reject, GateAction.Reject));
        Assert.Equal(GateAction.Pass, storm.ActionFor(VerdictKind.Pass, GateAction.Pass));
        Assert.Equal(GateAction.Reject, storm.ActionFor(VerdictKind.None, GateAction.Reject));
        storm.End();
        Assert.Equal(GateAction.Reject, storm.ActionFor(VerdictKind.Reject, GateAction.Reject));
        Assert.False(storm.Note(VerdictKind.Reject));
        Assert.False(storm.Note(VerdictKind.Reject));
        Assert.True(storm.Note(VerdictKind.Reject));
    }

    [Fact]
    public void Counting_allocates_nothing()
    {
        var storm = new RejectStorm(new RejectStormOptions { InARow = 4, Share = 0.5 });
        storm.Note(VerdictKind.Reject);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            storm.Note(i % 3 == 0 ? VerdictKind.Reject : VerdictKind.Pass);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(2, 0, false)]
    public void Settings_that_can_not_be_meant_are_refused(int inARow, double share, bool stop)
    {
        var options = new RejectStormOptions { InARow = inARow, Share = share, Stop = stop };
        Assert.NotEmpty(options.Validate(new ValidationContext(options)));
    }

    [Theory]
    [InlineData(120, 40, PictureChange.Same, "The pictures are as bright and sharp as before")]
    [InlineData(30, 40, PictureChange.Changed, "look at lamp and exposure first")]
    [InlineData(120, 8, PictureChange.Changed, "look at lens and focus first")]
    public void The_pictures_of_the_rejects_say_whether_they_changed_or_the_parts(
        int light, int contrast, PictureChange expected, string words)
    {
        var trend = new PictureTrend();
        var random = new Random(7);
        for (int i = 0; i < 40; i++)
            Note(trend, 120 + random.Next(-4, 5), 40 + random.Next(-2, 3), VerdictKind.Pass);
        for (int i = 0; i < 3; i++)
            Note(trend, light + random.Next(-4, 5), contrast, VerdictKind.Reject);
        Assert.Equal(expected, trend.Compare(out Said said));
        Assert.Contains(words, said.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Before_parts_have_passed_nobody_knows()
    {
        var trend = new PictureTrend();
        for (int i = 0; i < 30; i++)
            Note(trend, 120, 40, VerdictKind.Reject);
        Assert.Equal(PictureChange.Unknown, trend.Compare(out _));
    }

    private void Note(PictureTrend trend, int light, int contrast, VerdictKind verdict)
    {
        Frame frame = _pool.Rent(64, 64);
        Span<byte> pixels = frame.Writable;
        // Stripes of sixteen pixels: their edges are what sharpness sees.
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(light + ((i / 48) % 2 == 0 ? contrast / 2 : -contrast / 2));
        trend.Note(frame, new PictureGate(PictureOptions.Off), verdict);
        frame.Release();
    }
}
