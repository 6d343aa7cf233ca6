using System.Collections;
using System.Text;
using EdgeInspector.Settings;

namespace EdgeInspector.Tests.Settings;

public sealed class SettingsSourcesTests
{
    [Fact]
    public void A_syntax_error_is_named_by_file_line_and_column() =>
        Assert.Contains("line 3, column 14: ", Reading.FileFault("{\n  \"Line\": \"x\",\n  \"Stations\" { }\n}"), StringComparison.Ordinal);

    [Fact]
    public void The_column_counts_letters_not_bytes()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("a.json", "{ \"Ä€ö\" ! }");
        Assert.Contains(
            "line 1, column 9: ",
            Assert.Throws<SettingsFileException>(() => Reading.Sources(file, new Hashtable(), [])).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("5")]
    [InlineData("{ \"Line\": \"a\", \"line\": \"b\" }")]
    [InlineData("{ \"\": 1 }")]
    [InlineData("{ \"Line\": \"\\ud800\" }")]
    [InlineData("{ \"Line\": \"\xff\" }")]
    [InlineData("{ \"Line\": ")]
    public void A_file_that_holds_no_settings_is_refused_with_a_sentence(string json) =>
        Assert.EndsWith(".", Reading.FileFault(json), StringComparison.Ordinal);

    [Fact]
    public void A_byte_order_mark_does_no_harm()
    {
        using var folder = new TemporaryFolder();
        string file = folder["a.json"];
        File.WriteAllText(file, "{ \"$schema\": \"x\", \"Line\": \"Ä\" }", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Equal("Ä", SettingsReader.Read<SampleOptions>(Reading.Sources(file, new Hashtable(), [])).Value!.Line);
    }

    [Theory]
    [InlineData("Line=x")]
    [InlineData("--Line")]
    [InlineData("--=x")]
    [InlineData("--Broker::Port=5")]
    public void An_argument_that_is_no_setting_is_refused(string argument) =>
        Assert.Throws<SettingsFileException>(() => Reading.Sources(null, new Hashtable(), [argument]));

    [Fact]
    public void A_missing_file_is_refused() =>
        Assert.Throws<SettingsFileException>(
            () => Reading.Sources(Path.Combine(Path.GetTempPath(), "edgeinspector-no-such-file.json"), new Hashtable(), []));

    [Fact]
    public void Mutated_files_give_a_value_or_problems_and_nothing_else()
    {
        byte[] good = Encoding.UTF8.GetBytes(
            """
            { "Line": "a", "Broker": { "Port": 1883, "Password": null, "Pin": 1234 }, "Providers": ["cpu", "cuda"], "Places": { "x": "y" },
              "Stations": { "weld-3": { "Camera": { "Usb": { "Width": 640 } }, "Threshold": 0.5, "Deadline": "150ms",
              "Delay": "00:00:00.1", "FailSafe": "Stop", "Enabled": true, "Ports": [1, 2], "Actions": ["Stop"],
              "Rules": { "a": { "Threshold": 1e-1 } } } } }
            """);
        var random = new Random(20261123);
        byte[] letters = Encoding.UTF8.GetBytes("{}[]\",:0159.-eE+truefalsn \\u/*\n\xff");
        int values = 0, refused = 0, unreadable = 0;
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bad = [.. good];
            for (int change = random.Next(1, 3); change > 0; change--)
            {
                int at = random.Next(bad.Length);
                bad = random.Next(4) switch
                {
                    0 => [.. bad[..at], .. bad[Math.Min(bad.Length, at + random.Next(1, 12))..]],
                    1 => [.. bad[..at], letters[random.Next(letters.Length)], .. bad[at..]],
                    2 => [.. bad[..at], .. good.Skip(random.Next(good.Length)).Take(random.Next(20)), .. bad[at..]],
                    _ => [.. bad[..at], letters[random.Next(letters.Length)], .. bad[(at + 1)..]],
                };
                if (bad.Length == 0)
                    break;
            }
            try
            {
                SettingsResult<SampleOptions> result = SettingsReader.Read<SampleOptions>(SettingsJson.Parse("a.json", bad));
                Assert.Equal(result.Value is null, result.Problems.Count > 0);
                Assert.All(result.Problems, problem => Assert.DoesNotContain('\n', problem.ToString()));
                _ = result.Value is null ? refused++ : values++;
            }
            catch (SettingsFileException)
            {
                unreadable++;
            }
        }
        // The mutations are worth something only if each outcome is common.
        Assert.All((int[])[values, refused, unreadable], count => Assert.True(count > 500, $"{values} {refused} {unreadable}"));
    }
}
