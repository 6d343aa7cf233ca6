using System.Text;
using System.Text.Json;

namespace EdgeInspector.LineTests.Hostile;

/// <summary>Text that somebody who means harm would send: for terminals, logs, file systems, JSON readers and MQTT properties.</summary>
internal sealed class HostileText(Random random)
{
    private static readonly string[] Pieces =
    [
        "\uFFFF", "\uFDD0", "\U0001FFFE", "\u001B[31m", "\u001B]8;;http://x\u0007", "\u009B2J", "\u007F", "\n", "\r", "\t", "\0", "\u2028",
        "\u202E", "\u2066", "\u061C", "\u200B", "\uFEFF", "[red]", "[/]", "{0}", "{@x}", "%s%n", "../", "..\\", "/", "\\", "COM1", "NUL",
        "'; DROP TABLE", "<script>", "\"", "'", "`", "$(reboot)", "+", "#", "$SYS", "T0000001", "s1", "signal", "ä", "漢", "👩‍🏭", "é́́",
        "-1", "1e999", "NaN", "true", "null", "{}", "[]", " ",
    ];

    /// <summary>A few pieces in a row, sometimes very many.</summary>
    public string Next(int most = 12)
    {
        var text = new StringBuilder();
        for (int left = random.Next(50) == 0 ? most * 40 : random.Next(most); left > 0; left--)
            text.Append(random.Next(3) == 0 ? ((char)random.Next(0x20, 0x250)).ToString() : Pieces[random.Next(Pieces.Length)]);
        return text.ToString();
    }

    /// <summary>Without what a broker must refuse of its sender: NUL, wildcards, noncharacters, control characters.</summary>
    public string Level()
    {
        string clean = string.Concat(Next(4).EnumerateRunes()
            .Where(rune => rune.Value is >= 0x20 and not ('+' or '#' or '/' or '$' or >= 0x7F and < 0xA0 or >= 0xFDD0 and <= 0xFDEF)
                && (rune.Value & 0xFFFE) != 0xFFFE));
        return clean.Length is 0 or > 100 ? "x" : clean;
    }

    /// <summary>A piece of JSON that is mostly well formed, its names and values as bad as they can be.</summary>
    public string Json(ReadOnlySpan<string> names)
    {
        var json = new StringBuilder("{");
        for (int left = random.Next(5); left >= 0; left--)
        {
            string name = random.Next(4) == 0 ? Next(3) : names[random.Next(names.Length)];
            json.Append(JsonSerializer.Serialize(name)).Append(':').Append(Value()).Append(left > 0 ? "," : "");
        }
        json.Append('}');
        if (random.Next(8) == 0)
            json.Remove(random.Next(json.Length), 1);
        return json.ToString();
    }

    private string Value() => random.Next(9) switch
    {
        0 => "null",
        1 => "true",
        2 => random.NextDouble().ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        3 => "-1e400",
        4 => "\"\\ud800\"",
        5 => new string('[', random.Next(1, 80)),
        6 => JsonSerializer.Serialize(new string('a', random.Next(5_000))),
        _ => JsonSerializer.Serialize(Next()),
    };
}
