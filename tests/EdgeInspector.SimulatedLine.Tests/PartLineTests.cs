using FsCheck;
using FsCheck.Fluent;
using OpenCvSharp;

namespace EdgeInspector.SimulatedLine.Tests;

public sealed class PartLineTests
{
    [Fact]
    public void The_same_number_is_always_the_same_part()
    {
        for (long index = 0; index < 200; index++)
        {
            SimulatedPart one = new PartLine(4).Part(index), other = new PartLine(4).Part(index);

            Assert.Equal(one with { Defects = [] }, other with { Defects = [] });
            Assert.Equal(one.Defects.Select(d => (d.Tag, d.Box)), other.Defects.Select(d => (d.Tag, d.Box)));
        }
    }

    [Fact]
    public void Lines_of_different_seeds_make_different_parts() =>
        Assert.NotEqual(
            Enumerable.Range(0, 50).Select(i => new PartLine(4).Part(i).Pose),
            Enumerable.Range(0, 50).Select(i => new PartLine(5).Part(i).Pose));

    [Theory]
    [InlineData(0, 0, "sim-0-000000")]
    [InlineData(1, 123, "sim-1-000123")]
    [InlineData(int.MaxValue, 123_456_789_012, "sim-2147483647-123456789012")]
    public void The_truth_can_be_had_from_the_id_alone(int seed, long index, string id)
    {
        SimulatedPart made = new PartLine(seed).Part(index);
        SimulatedPart? told = PartLine.PartOf(id);

        Assert.Equal(id, made.Id);
        Assert.NotNull(told);
        Assert.Equal(made.Tag, told.Tag);
        Assert.Equal(made.Pose, told.Pose);
        Assert.Equal(index, PartLine.IndexOf(id));
    }

    [Theory]
    [InlineData("")]
    [InlineData("4711")]
    [InlineData("sim-1-12")]
    [InlineData("sim--1-000012")]
    [InlineData("sim-9999999999-000012")]
    [InlineData("sim-1-9999999999999999999")]
    [InlineData("sim-1-000012\n")]
    [InlineData("xsim-1-000012")]
    public void An_id_from_elsewhere_tells_nothing(string id) => Assert.Null(PartLine.PartOf(id));

    [Fact]
    public void No_text_upsets_the_reading_of_an_id() =>
        Prop.ForAll<string?>(text => PartLine.PartOf("sim-" + text) is null || text!.Contains('-', StringComparison.Ordinal))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Seven_of_ten_parts_are_good_and_the_defects_share_the_rest()
    {
        const int Parts = 20_000;
        PartLine line = new(9);
        Dictionary<string, double> shares = Enumerable.Range(0, Parts)
            .GroupBy(i => line.Part(i).Tag).ToDictionary(g => g.Key, g => g.Count() / (double)Parts);

        Assert.InRange(shares[PartTags.Ok], 0.685, 0.715);
        foreach (string tag in PartTags.Defects)
            Assert.InRange(shares[tag], 0.068, 0.082);
    }

    [Fact]
    public void Every_part_lies_inside_the_central_square_and_every_box_inside_the_frame()
    {
        PartLine line = new(2);
        for (long index = 0; index < 5_000; index++)
        {
            SimulatedPart part = line.Part(index);
            foreach ((int x, int y) in new[] { (-1, -1), (1, -1), (1, 1), (-1, 1) })
            {
                Point2f corner = PartGeometry.OnFrame(
                    SensorSize.Default, part.Pose, new Point2f(x * PartGeometry.HalfWidth, y * PartGeometry.HalfHeight));
                Assert.InRange(corner.X, 160, 1120);
                Assert.InRange(corner.Y, 0, 960);
            }
            Assert.Equal(part.IsGood, part.Defects.Count == 0);
            foreach (SimulatedDefect defect in part.Defects)
            {
                Assert.Equal(part.Tag, defect.Tag);
                Assert.InRange(defect.Box.Left, 0, 1);
                Assert.InRange(defect.Box.Top, 0, 1);
                Assert.InRange(defect.Box.Left + defect.Box.Width, defect.Box.Left + 0.01f, 1);
                Assert.InRange(defect.Box.Top + defect.Box.Height, defect.Box.Top + 0.01f, 1);
            }
        }
    }

    [Fact]
    public void Components_of_good_parts_keep_far_from_what_counts_as_misaligned()
    {
        PartLine line = new(3);
        for (long index = 0; index < 5_000; index++)
        {
            SimulatedPart part = line.Part(index);
            bool clipOff = part.Clip is { } clip && (Distance(clip) >= 12 || MathF.Abs(clip.Degrees) >= 7);
            bool screwOff = part.Screw is { } screw && Distance(screw) >= 12;
            bool clipTight = part.Clip is not { } c || (Distance(c) <= 5 && MathF.Abs(c.Degrees) <= 2);
            bool screwTight = part.Screw is not { } s || Distance(s) <= 5;

            Assert.Equal(part.Tag == PartTags.Misaligned, clipOff || screwOff);
            Assert.Equal(part.Tag != PartTags.Misaligned, clipTight && screwTight);
            Assert.Equal(part.Tag == PartTags.MissingComponent, part.Clip is null || part.Screw is null);
        }
    }

    [Fact]
    public void Scratches_are_hairlines_of_one_to_three_pixels_on_bare_metal()
    {
        PartLine line = new(6);
        ScratchShape[] scratches =
        [
            .. Enumerable.Range(0, 3_000).SelectMany(i => line.Part(i).Defects).Select(d => d.Scratch).OfType<ScratchShape>(),
        ];

        Assert.Equal([1, 2, 3], scratches.Select(s => s.Width).Distinct().Order());
        Assert.All(scratches, s => Assert.All(s.Points, p => Assert.True(PartGeometry.IsBare(p, 3))));
        Assert.Contains(scratches, s => MathF.Abs(s.Strength) < 32);
    }

    private static float Distance(PartPose pose) => MathF.Sqrt(pose.X * pose.X + pose.Y * pose.Y);
}
