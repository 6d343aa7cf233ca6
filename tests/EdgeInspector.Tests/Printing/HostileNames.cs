using System.Text;

namespace EdgeInspector.Tests.Printing;

/// <summary>Names that do more to a terminal than be read.</summary>
internal static class HostileNames
{
    /// <summary>One of each kind, none of which may be printed.</summary>
    public static readonly string[] Characters =
    [
        .. Enumerable.Range(0, 0x20).Where(code => code is not ('\n' or '\t')).Select(code => ((char)code).ToString()),
        .. Enumerable.Range(0x7F, 0x21).Select(code => ((char)code).ToString()), "\u00AD", "\u061C", "\u180E", "\u200B", "\u200C", "\u200D",
        "\u200E", "\u200F", "\u2028", "\u2029", "\u202A", "\u202B", "\u202C", "\u202D", "\u202E", "\u2060", "\u2066", "\u2067", "\u2068",
        "\u2069", "\u3164", "\uFDD0", "\uFEFF", "\uFFF9", "\uFFFE", "\uFFFF", "\uE000", "\U000E0001", "\U0001FFFE", "\U0010FFFF",
        ((char)0xD83D).ToString(), ((char)0xDC00).ToString(),
    ];

    /// <summary>All of them in one name, among sequences that clear, retitle, link and mark up.</summary>
    public static readonly string All =
        "a\u001b[2J\u001b]0;title\u0007\u001b]8;;http://evil\u001b\\link\u001b]8;;\u001b\\[red]b[/]"
        + string.Concat(Characters.Select(one => "x" + one)) + "z";

    /// <summary>Fails where a text could do something.</summary>
    /// <param name="text">What came out.</param>
    public static void AssertNoneIn(string text)
    {
        foreach (string one in Characters.Where(one => one != "\r"))
            Assert.False(
                text.Contains(one, StringComparison.Ordinal), $"{string.Concat(one.Select(c => $"\\u{(int)c:X4}"))} in: {Shown(text)}");
        Assert.False(text.Replace("\r\n", "\n", StringComparison.Ordinal).Contains('\r', StringComparison.Ordinal));
    }

    private static string Shown(string text) => Encoding.ASCII.GetString(Encoding.ASCII.GetBytes(text));
}
