using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Foundation.Tests.Text;

public sealed class PrintableTextTests
{
    [Theory]
    [InlineData("weld-3 Größe 部品 📷", "weld-3 Größe 部品 📷")]
    [InlineData("a\u001b[2Jb\u009bc\u202ed\0", "a\\u001B[2Jb\\u009Bc\\u202Ed\\u0000")]
    [InlineData("line\r\nbreak\ttab", "line\\u000D\\u000Abreak\\u0009tab")]
    [InlineData("[red]mark up[/]", "[red]mark up[/]")]
    [InlineData("", "")]
    public void What_moves_a_terminal_is_escaped_and_the_rest_is_kept(string text, string printed) =>
        Assert.Equal(printed, PrintableText.Of(text));

    [Theory]
    [InlineData("abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrs…")]
    [InlineData("abcdefghijklmnopqr\u001bz", "abcdefghijklmnopqr…")]
    [InlineData("abcdefghijklmnopqr📷z", "abcdefghijklmnopqr…")]
    public void A_long_text_is_cut_between_two_characters(string text, string printed) => Assert.Equal(printed, PrintableText.Of(text, 20));

    // An attribute could not hold them.
    [Fact]
    public void Half_a_character_is_escaped()
    {
        Assert.Equal("half \\uD83D", PrintableText.Of("half " + '\ud83d'));
        Assert.Equal("\\uDC00 half", PrintableText.Lines('\udc00' + " half"));
    }

    [Fact]
    public void Several_lines_keep_their_breaks_but_no_lonely_carriage_return()
    {
        Assert.Equal("a\r\nb\n\tc", PrintableText.Lines("a\r\nb\n\tc"));
        Assert.Equal("a\\u000Db\\u000D", PrintableText.Lines("a\rb\r"));
    }

    [Fact]
    public void No_character_of_unicode_gets_through_that_is_not_seen()
    {
        for (int value = 0; value <= 0x10FFFF; value++)
        {
            string text = Rune.IsValid(value) ? new Rune(value).ToString() : ((char)value).ToString();
            string printed = PrintableText.Of(text);
            Assert.True(printed == text || printed.All(char.IsAscii), $"U+{value:X4}");
            bool isDangerous =
                value is < 0x20 or (>= 0x7F and <= 0x9F) or 0xAD or 0x61C or (>= 0x200B and <= 0x200F) or (>= 0x2028 and <= 0x202E)
                    or (>= 0x2060 and <= 0x206F) or 0x3164 or 0xFEFF or (>= 0xFDD0 and <= 0xFDEF) or (>= 0xD800 and <= 0xDFFF)
                || (value & 0xFFFE) == 0xFFFE || value is >= 0xE0000 and <= 0xE007F
                || (Rune.IsValid(value) && Rune.GetUnicodeCategory(new Rune(value)) is UnicodeCategory.Format or UnicodeCategory.Control);
            Assert.True(!isDangerous || printed != text, $"U+{value:X4}");
            if (!isDangerous && value < 0x250)
                Assert.Equal(text, printed);
        }
    }

    [Fact]
    public void JSON_stays_the_same_JSON()
    {
        string value = "a\u202Eb\u200B\uFFFEc📷";
        string json = $"{{\"name\": \"{value}\"}}";
        Assert.Equal(value, JsonDocument.Parse(PrintableText.Lines(json)).RootElement.GetProperty("name").GetString());
    }
}
