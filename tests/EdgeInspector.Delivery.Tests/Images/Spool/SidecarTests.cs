using System.Text;
using EdgeInspector.Delivery.Images.Spool;

namespace EdgeInspector.Delivery.Tests.Images.Spool;

public sealed class SidecarTests
{
    private const string Name = "14-05-09.123_weld-3_reject_part-7_01939a3c-5f00-7000-8000-000000000007";

    private static readonly Sidecar Sound = new(
        new Guid("01939a3c-5f00-7000-8000-000000000007"),
        "weld-3",
        "part-7",
        new DateTime(2026, 11, 23, 13, 5, 9, 123, DateTimeKind.Utc),
        "reject",
        "scratch 0.93 ≥ 0.50",
        "scratch",
        0.93f,
        "edgeinspector/line-1/weld-3/image",
        Name + "_original.png",
        Name + "_annotated.png",
        123_456,
        null);

    [Fact]
    public void What_is_written_is_read_again_and_people_can_read_it_too()
    {
        Assert.Equal(Sound, Sidecar.Read(Sound.Write(), Name));
        Sidecar delivered = Sound with
        {
            Delivered = new DateTime(2026, 11, 23, 13, 6, 0, DateTimeKind.Utc),
            Original = null,
            Rule = null,
            Tag = null,
        };
        Assert.Equal(delivered, Sidecar.Read(delivered.Write(), Name));
        Assert.Contains(
            "\n  \"rule\": \"scratch 0.93 ≥ 0.50\",",
            Encoding.UTF8.GetString(Sound.Write()).ReplaceLineEndings("\n"),
            StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Hostile => new()
    {
        { "\"annotated\": \"" + Name + "_annotated.png\"", "\"annotated\": \"../../../etc/passwd\"" },
        { "\"annotated\": \"" + Name + "_annotated.png\"", "\"annotated\": \"x/" + Name + "_annotated.png\"" },
        {
            "\"annotated\": \"" + Name + "_annotated.png\"",
            "\"annotated\": \"" + Name.Replace("part-7", "part-8", StringComparison.Ordinal) + "_annotated.png\""
        },
        { "\"annotated\": \"" + Name + "_annotated.png\"", "\"annotated\": null" },
        { "_original.png", "_original.exe" },
        { "weld-3/image", "#" },
        { "weld-3/image", "+/image" },
        { "weld-3/image", "\\u0000" },
        { "\"edgeinspector/line-1/weld-3/image\"", "\"\"" },
        { "\"edgeinspector/line-1/weld-3/image\"", "null" },
        { "\"weld-3\"", "null" },
        { "\"part-7\"", "null" },
        { "\"reject\"", "\"perhaps\"" },
        { "123456", "-1" },
        { "123456", "1e300" },
        { "0.93,", "\"NaN\"," },
        { "000000000007\",", "000000000008\"," },
        { "2026-11-23T13:05:09.123Z", "2026-11-23T13:05:09.123" },
        { "2026-11-23T13:05:09.123Z", "10000-01-01T00:00:00Z" },
        { "\"station\"", "\"statoin\"" },
        { "\"weld-3\"", "[[[[[[[[\"weld-3\"]]]]]]]]" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_sidecar_that_would_lead_elsewhere_or_says_nonsense_is_refused(string part, string by)
    {
        string sound = Encoding.UTF8.GetString(Sound.Write());
        int at = sound.IndexOf(part, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{part} is in the sidecar.");
        Assert.Null(Sidecar.Read(Encoding.UTF8.GetBytes(sound[..at] + by + sound[(at + part.Length)..]), Name));
    }

    [Fact]
    public void A_sidecar_of_another_part_is_refused() =>
        Assert.Null(Sidecar.Read(Sound.Write(), Name.Replace("07", "08", StringComparison.Ordinal)));

    [Fact]
    public void No_mutation_makes_the_reader_throw_or_name_a_file_of_somebody_else()
    {
        var random = new Random(3);
        byte[] sound = Sound.Write();
        int read = 0;
        for (int i = 0; i < 30_000; i++)
        {
            byte[] mutated = Mutated(sound, random);
            if (Sidecar.Read(mutated, Name) is not { } sidecar)
                continue;
            read++;
            Assert.Equal(Sound.Id, sidecar.Id);
            Assert.StartsWith(Name + "_annotated.", sidecar.Annotated, StringComparison.Ordinal);
            Assert.True(sidecar.Original is null || sidecar.Original.StartsWith(Name + "_original.", StringComparison.Ordinal));
            Assert.Equal(-1, sidecar.Topic.AsSpan().IndexOfAny("+#\0"));
            Assert.NotNull(sidecar.Kind);
        }
        Assert.InRange(read, 100, 29_000);
    }

    private static byte[] Mutated(byte[] sound, Random random)
    {
        List<byte> bytes = [.. sound];
        for (int times = random.Next(1, 4); times > 0 && bytes.Count > 0; times--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveAt(at); break;
                case 2: bytes.Insert(at, (byte)"\"{}[]:,0-e.\\"[random.Next(12)]); break;
                case 3: bytes.RemoveRange(at, bytes.Count - at); break;
                case 4: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, random.Next(1, 60)))); break;
                default: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            }
        }
        return [.. bytes];
    }
}
