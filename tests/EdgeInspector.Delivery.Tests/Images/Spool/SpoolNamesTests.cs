using System.Text;
using EdgeInspector.Delivery.Images.Spool;
using EdgeInspector.Inspection.Verdicts;
using FsCheck.Fluent;

namespace EdgeInspector.Delivery.Tests.Images.Spool;

public sealed class SpoolNamesTests
{
    private static readonly Guid Id = new("01939a3c-5f00-7000-8000-000000000007");
    private static readonly DateTimeOffset At = new(2026, 11, 23, 14, 5, 9, 123, TimeSpan.FromHours(1));

    [Fact]
    public void A_name_tells_time_station_verdict_part_and_event()
    {
        Assert.Equal("2026-11-23", SpoolNames.Day(At));
        Assert.Equal($"14-05-09.123_weld-3_reject_part-7_{Id}", SpoolNames.Of(At, "weld-3", VerdictKind.Reject, "part-7", Id));
    }

    [Theory]
    [InlineData("../../x", "x")]
    [InlineData(@"C:\Windows\x", "C-Windows-x")]
    [InlineData("CON", "CON")]
    [InlineData("nul.", "nul")]
    [InlineData("..", "part")]
    [InlineData("", "part")]
    [InlineData("🙂", "part")]
    [InlineData("a🙂b", "a-b")]
    [InlineData("a_b c", "a-b-c")]
    [InlineData("Köln-傷", "Köln-傷")]
    [InlineData("\ud800", "part")]
    [InlineData("x\0y\nz", "x-y-z")]
    [InlineData("<>:\"/\\|?*", "part")]
    [InlineData("DMC*4711/03", "DMC-4711-03")]
    public void A_hostile_part_id_becomes_a_harmless_part_of_the_name(string part, string expected) =>
        Assert.Equal($"14-05-09.123_weld-3_reject_{expected}_{Id}", SpoolNames.Of(At, "weld-3", VerdictKind.Reject, part, Id));

    [Fact]
    public void Any_part_and_station_make_a_name_that_every_file_system_takes_and_that_can_be_read_back()
    {
        var texts = Gen.OneOf(
            ArbMap.Default.GeneratorFor<string>(),
            Gen.Elements(
                new string('a', 300), new string('傷', 300), string.Concat(Enumerable.Repeat("🙂", 300)), "CON", "/etc/passwd", ".", "..",
                " "));
        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll(texts.Zip(texts).ToArbitrary(), pair =>
        {
            string station = pair.Item1 ?? "", part = pair.Item2 ?? "";
            string name = SpoolNames.Of(At, station, VerdictKind.Pass, part, Id);
            string longest = name + SpoolNames.Annotated + ".jpg.12345678.tmp";
            Assert.InRange(Encoding.UTF8.GetByteCount(longest), 1, 255);
            Assert.DoesNotContain(name, c => c < ' ' || "<>:\"/\\|?*".Contains(c, StringComparison.Ordinal));
            Assert.Equal(name, Path.GetFileName(name));
            Assert.Equal(Id, SpoolNames.IdOf(name));
            Assert.Equal(SpoolNames.Of(station), SpoolNames.StationOf(name));
            Assert.Equal((name, Id), SpoolNames.OfPicture(name + SpoolNames.Annotated + ".jpg"));
        }));
    }

    [Theory]
    [InlineData("holiday.jpg")]
    [InlineData("_original.jpg")]
    [InlineData("01939a3c-5f00-7000-8000-000000000007_original.jpg")]
    [InlineData("a_01939a3c-5f00-7000-8000-000000000007.jpg")]
    [InlineData("a_01939a3c-5f00-7000-8000-000000000007_original.gif")]
    [InlineData("a_01939a3c-5f00-7000-8000-00000000000g_original.jpg")]
    public void A_picture_that_is_not_of_our_making_is_known_as_such(string file) => Assert.Null(SpoolNames.OfPicture(file));
}
