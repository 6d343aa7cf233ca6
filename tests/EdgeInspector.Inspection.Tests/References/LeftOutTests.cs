using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.References;

namespace EdgeInspector.Inspection.Tests.References;

/// <summary>Among the parts that somebody vouches for a few may be wrong: they are left out by name, and loosen no limit.</summary>
public sealed class LeftOutTests : IDisposable
{
    private readonly DrawnParts _parts = new(20261130);

    public void Dispose() => _parts.Dispose();

    private static LearnOutcome Learn(VouchedPictures seen) =>
        seen.Learn(new LearnOrigin("weld-3", null, "camera", null, null, DateTimeOffset.UnixEpoch));

    private static void Add(VouchedPictures seen, string name, Frame frame)
    {
        Assert.Null(seen.Add(name, frame));
        frame.Release();
    }

    private Frame Draw(string what) => what switch
    {
        "blurred" => _parts.Draw(_parts.AnyPlace(), edge: 8),
        "dim" => _parts.Draw(_parts.AnyPlace(), light: 0.6),
        "bright" => _parts.Draw(_parts.AnyPlace(), light: 1.35),
        "pushed" => _parts.Draw(new PartPlace(26, 0, 0)),
        "turned" => _parts.Draw(new PartPlace(0, 0, 15)),
        _ => _parts.Draw(_parts.AnyPlace(), kind: 2),
    };

    [Theory]
    [InlineData("blurred", "sharpness")]
    [InlineData("dim", "brightness")]
    [InlineData("bright", "brightness")]
    [InlineData("pushed", "pixels to the right")]
    [InlineData("turned", "degrees")]
    [InlineData("a stranger", "different")]
    public void One_bad_picture_among_those_vouched_for_is_left_out_by_name_and_measure_and_loosens_no_limit(string what, string measure)
    {
        var seen = new VouchedPictures(new PictureOptions());
        for (int i = 0; i < 59; i++)
            Add(seen, $"part-{i}", _parts.Good());
        Reference without = Learn(seen).Reference!;
        Add(seen, "bad", Draw(what));
        LearnOutcome with = Learn(seen);

        LeftOutPart leftOut = Assert.Single(with.LeftOut);
        Assert.Equal("bad", leftOut.Part);
        Assert.Contains(measure, leftOut.Why, StringComparison.Ordinal);
        Assert.Contains("the others", leftOut.Why, StringComparison.Ordinal);
        Assert.Equal(59, with.Reference!.Parts);
        Assert.Equal(ReferenceText.Of(without, new ReferenceOptions()), ReferenceText.Of(with.Reference, new ReferenceOptions()));
    }

    [Theory]
    [InlineData("a stranger")]
    [InlineData("dim")]
    [InlineData("blurred")]
    public void Where_more_than_one_in_ten_do_not_belong_nothing_is_learnt(string what)
    {
        LearnOutcome Among30(int bad)
        {
            var seen = new VouchedPictures(new PictureOptions());
            for (int i = 0; i < 30; i++)
                Add(seen, $"part-{i}", i < bad ? Draw(what) : _parts.Good());
            return Learn(seen);
        }
        LearnOutcome few = Among30(2), many = Among30(8);
        Assert.Equal(["part-0", "part-1"], few.LeftOut.Select(one => one.Part));
        Assert.Equal(28, few.Reference!.Parts);
        Assert.Null(many.Reference);
        Assert.Equal(8, many.LeftOut.Count);
        Assert.Contains("8 of 30 parts are other than the rest, such as part-0 (", many.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10, 8)]
    [InlineData(20, 4)]
    [InlineData(50, 2)]
    public void Sets_of_good_parts_lose_none(int parts, int sets)
    {
        for (int set = 0; set < sets; set++)
        {
            var seen = new VouchedPictures(new PictureOptions());
            for (int i = 0; i < parts; i++)
                Add(seen, $"part-{i}", _parts.Good());
            Assert.Empty(Learn(seen).LeftOut);
        }
    }

    /// <summary>A thumbnail may sort before all others.</summary>
    [Fact]
    public void The_size_that_most_pictures_have_decides_and_those_of_another_are_left_out_by_name()
    {
        using var small = new DrawnParts(4, 160, 120);
        var seen = new VouchedPictures(new PictureOptions());
        Add(seen, "a-thumbnail", small.Good());
        for (int i = 0; i < 12; i++)
            Add(seen, $"part-{i}", _parts.Good());
        LearnOutcome outcome = Learn(seen);
        Assert.Equal((12, 320, 240), (outcome.Reference!.Parts, outcome.Reference.Width, outcome.Reference.Height));
        Assert.Equal(new LeftOutPart("a-thumbnail", "160 × 120 pixels, the others 320 × 240"), Assert.Single(outcome.LeftOut));
    }

    /// <summary>As from a fixture under a lamp that never changes: their deviations tell nothing of tomorrow's parts.</summary>
    [Fact]
    public void Parts_that_lie_all_the_same_lose_none_that_is_a_little_other()
    {
        var seen = new VouchedPictures(new PictureOptions());
        for (int i = 0; i < 18; i++)
            Add(seen, $"part-{i}", _parts.Draw(default));
        Add(seen, "a little darker", _parts.Draw(default, light: 0.92));
        Add(seen, "a little to the right", _parts.Draw(new PartPlace(2, 0, 0)));
        Assert.Empty(Learn(seen).LeftOut);
    }
}
