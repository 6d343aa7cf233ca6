using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Pictures;
using EdgeInspector.Inspection.References;

namespace EdgeInspector.Inspection.Tests.References;

/// <summary>What is learnt from pictures of good parts, and which pictures it lets through.</summary>
public sealed class ReferenceTests : IDisposable
{
    private readonly DrawnParts _parts = new(20261129);
    private readonly PictureGate _gate = new(new PictureOptions());

    public void Dispose() => _parts.Dispose();

    private string? Refuse(ReferenceCheck check, Frame frame)
    {
        string? refused = _gate.Refuse(frame, check, out _);
        frame.Release();
        return refused;
    }

    [Fact]
    public void Good_parts_wherever_they_lie_are_let_through_and_their_place_is_known_to_a_fraction_of_a_cell()
    {
        var check = new ReferenceCheck(_parts.Learnt(), new ReferenceOptions());
        double offX = 0, offY = 0, offTurn = 0;
        var places = Enumerable.Range(0, 40).Select(_ => _parts.AnyPlace()).ToList();
        var found = new List<PartPlace>();
        foreach (PartPlace place in places)
        {
            Assert.Null(Refuse(check, _parts.Good(place)));
            found.Add(_gate.Measures!.Value.Place);
            (offX, offY, offTurn) = (
                offX + found[^1].X - place.X, offY + found[^1].Y - place.Y, offTurn + found[^1].Degrees - place.Degrees);
        }
        // The reference counts from the mean place of its own parts.
        (offX, offY, offTurn) = (offX / 40, offY / 40, offTurn / 40);
        for (int i = 0; i < 40; i++)
        {
            // The place is found on a grid whose cells have 6.7 × 10 pixels here.
            Assert.Equal(places[i].X + offX, found[i].X, 2.2);
            Assert.Equal(places[i].Y + offY, found[i].Y, 3.3);
            Assert.Equal(places[i].Degrees + offTurn, found[i].Degrees, 2.0);
        }
        Assert.True(Math.Abs(offX) < 2 && Math.Abs(offY) < 2 && Math.Abs(offTurn) < 1);
    }

    [Fact]
    public void A_part_whose_clip_is_missing_is_for_the_model_to_judge()
    {
        var check = new ReferenceCheck(_parts.Learnt(), new ReferenceOptions());
        for (int i = 0; i < 20; i++)
            Assert.Null(Refuse(check, _parts.Draw(_parts.AnyPlace(), hasClip: false)));
    }

    [Theory]
    [InlineData("the empty belt", "does not look like")]
    [InlineData("another kind of part", "does not look like")]
    [InlineData("half a part", "does not look like")]
    [InlineData("turned by 90 degrees", "does not look like")]
    [InlineData("turned by 180 degrees", "does not look like")]
    [InlineData("shifted to the right", "shifted right by")]
    [InlineData("shifted up", "shifted up by")]
    [InlineData("turned a little too far", "is turned by")]
    [InlineData("too dark", "the brightness is")]
    [InlineData("too bright", "the brightness is")]
    [InlineData("out of focus", "is out of focus")]
    public void A_picture_that_is_not_as_pictures_of_good_parts_are_is_refused_with_the_value_the_limit_and_the_setting(
        string what, string words)
    {
        var check = new ReferenceCheck(_parts.Learnt(), new ReferenceOptions());
        for (int i = 0; i < 10; i++)
        {
            PartPlace any = _parts.AnyPlace();
            string? refused = Refuse(check, what switch
            {
                "the empty belt" => _parts.Draw(any, kind: 1),
                "another kind of part" => _parts.Draw(any, kind: 2),
                "half a part" => _parts.Draw(any, kind: 3),
                "turned by 90 degrees" => _parts.Draw(any with { Degrees = 90 }),
                "turned by 180 degrees" => _parts.Draw(any with { Degrees = 180 }),
                "shifted to the right" => _parts.Draw(any with { X = 32 }),
                "shifted up" => _parts.Draw(any with { Y = -32 }),
                "turned a little too far" => _parts.Draw(any with { Degrees = 14 }),
                "too dark" => _parts.Draw(any, light: 0.7),
                "too bright" => _parts.Draw(any, light: 1.35),
                _ => _parts.Draw(any, edge: 8),
            });
            Assert.NotNull(refused);
            Assert.Contains(words, refused, StringComparison.Ordinal);
            Assert.Contains("Picture:Reference:", refused, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0.2506, 0.2509, "0.2506", "0.2509")]
    [InlineData(0.25, 0.251, "0.250", "0.251")]
    [InlineData(0.25099996, 0.251, "0.25099996", "0.25100000")]
    [InlineData(5.04, 5.0, "5.040", "5.000")]
    public void A_value_and_the_limit_that_it_is_beyond_are_told_with_as_many_digits_as_tell_them_apart(
        double value, double limit, string shown, string shownLimit) =>
        Assert.Equal((shown, shownLimit), TellingDigits.Of(value, limit, 3));

    [Fact]
    public void A_picture_just_below_a_limit_is_not_said_to_be_below_what_it_is()
    {
        var check = new ReferenceCheck(_parts.Learnt(), new ReferenceOptions());
        PictureMeasures fits = new(
            check.Reference.Brightness.Mean, check.Reference.Contrast.Mean, check.Reference.Sharpness.Mean, default, 0);
        double just = 0.00001;
        foreach (PictureMeasures measures in (PictureMeasures[])
        [
            fits with { Brightness = check.Limits.Brightness.Least - just },
            fits with { Contrast = check.Limits.Contrast.Most + just },
            fits with { Sharpness = check.Limits.Sharpness.Least - just },
            fits with { Place = new PartPlace(check.Limits.X.Most + just, 0, 0) },
            fits with { Place = new PartPlace(0, check.Limits.Y.Least - just, 0) },
            fits with { Place = new PartPlace(0, 0, check.Limits.Turn.Least - just) },
            fits with { Different = check.Limits.Different + just },
        ])
        {
            string[] numbers = [.. System.Text.RegularExpressions.Regex.Matches(check.Refuse(measures)!, @"[0-9]+(\.[0-9]+)?")
                .Select(number => number.Value)];
            Assert.Equal(2, numbers.Length);
            Assert.NotEqual(numbers[0], numbers[1]);
        }
    }

    [Fact]
    public void Limits_in_the_settings_go_before_those_that_were_learnt()
    {
        Reference reference = _parts.Learnt();
        Assert.Null(Refuse(new ReferenceCheck(reference, new ReferenceOptions { Shift = 40 }), _parts.Draw(new PartPlace(32, 0, 0))));
        Assert.Contains(
            "more than 2",
            Refuse(new ReferenceCheck(reference, new ReferenceOptions { Shift = 2 }), _parts.Draw(new PartPlace(5, 0, 0))),
            StringComparison.Ordinal);
        Assert.Contains(
            "above 1.0",
            Refuse(new ReferenceCheck(reference, new ReferenceOptions { Turn = 1 }), _parts.Draw(new PartPlace(0, 0, 3))),
            StringComparison.Ordinal);
        Assert.Null(Refuse(
            new ReferenceCheck(reference, new ReferenceOptions { Different = 1, Shift = 1000, Turn = 180, Margin = 100 }),
            _parts.Draw(default, kind: 2)));
    }

    [Fact]
    public void A_picture_of_another_size_is_refused_and_says_what_to_do()
    {
        using var others = new DrawnParts(3, 400, 300);
        Frame frame = others.Good();
        string? refused = _gate.Refuse(frame, new ReferenceCheck(_parts.Learnt(), new ReferenceOptions()), out _);
        frame.Release();
        Assert.Contains("400 × 300", refused, StringComparison.Ordinal);
        Assert.Contains("stations learn weld-3", refused, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_pictures_and_pictures_that_show_nothing_teach_nothing()
    {
        var seen = new VouchedPictures(new PictureOptions());
        Frame black = _parts.Draw(default, light: 0.01);
        Assert.Contains("is black", seen.Add("black", black), StringComparison.Ordinal);
        black.Release();
        Assert.Contains(
            "from 10 to 1000", seen.Learn(new LearnOrigin("weld-3", null, "x", null, null, default)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Holding_a_picture_against_a_reference_allocates_nothing()
    {
        var check = new ReferenceCheck(_parts.Learnt(), new ReferenceOptions());
        Frame frame = _parts.Good();
        for (int i = 0; i < 3; i++)
        {
            Assert.Null(_gate.Refuse(frame, check, out _));
            // The first call of all keeps a delegate.
            check.Drift.Take(_gate.Measures!.Value, i);
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
        {
            _gate.Refuse(frame, check, out _);
            check.Drift.Take(_gate.Measures!.Value, i);
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        frame.Release();
    }

    [Theory]
    [InlineData("light")]
    [InlineData("focus")]
    [InlineData("place")]
    public void Slow_change_is_told_with_the_trend_in_numbers_before_a_picture_is_refused(string what)
    {
        Reference reference = _parts.Learnt();
        var check = new ReferenceCheck(reference, new ReferenceOptions());
        int alarm = -1, refused = -1;
        for (int i = 0; i < 400 && refused < 0; i++)
        {
            PartPlace any = _parts.AnyPlace();
            Frame frame = what switch
            {
                "light" => _parts.Draw(any, light: 1 - 0.0015 * i),
                "focus" => _parts.Draw(any, edge: 1 + 0.01 * i),
                _ => _parts.Draw(any with { X = any.X + 0.1 * i }),
            };
            bool isRefused = _gate.Refuse(frame, check, out _) is not null;
            frame.Release();
            check.Drift.Take(_gate.Measures!.Value, i / 3600.0);
            if (isRefused)
                refused = i;
            if (check.Drift.IsAlarm && alarm < 0)
            {
                alarm = i;
                Assert.Contains("per hour; the limit is", string.Join(' ', check.Drift.Sentences()), StringComparison.Ordinal);
            }
        }
        Assert.True(alarm > 0 && refused > alarm, $"alarm at {alarm}, first refused at {refused}");
    }

    [Fact]
    public void Ordinary_parts_do_not_drift()
    {
        var check = new ReferenceCheck(_parts.Learnt(), new ReferenceOptions());
        for (int i = 0; i < 150; i++)
        {
            Assert.Null(Refuse(check, _parts.Good()));
            check.Drift.Take(_gate.Measures!.Value, i);
            Assert.False(check.Drift.IsAlarm);
        }
    }
}
