using System.Buffers;
using System.Globalization;
using System.Text;

namespace EdgeInspector.Foundation.Text;

/// <summary>
/// The one rule for text of strangers (a file's name, a label, a broker's word) that goes to a terminal, a log or a table: what could move
/// the cursor, colour the terminal, turn the direction of writing, hide, or look like a line of its own is written as JSON escapes it
/// (<c>\u001B</c>), so that it is seen. A text that is JSON stays the same JSON.
/// </summary>
public static class PrintableText
{
    // Letters that show nothing: fillers of Hangul, and the joiner that is no format character.
    private static readonly SearchValues<char> Invisible = SearchValues.Create("\u034F\u115F\u1160\u3164\uFFA0");

    /// <summary>One line: line breaks and tabs are escaped too.</summary>
    /// <param name="text">Anything.</param>
    /// <param name="most">So many characters are kept, 2 or more; a longer text is cut.</param>
    public static string Of(string text, int most = int.MaxValue) =>
        text.Length < most && IsPrintable(text, areLinesAllowed: false) ? text : Escaped(text, most, areLinesAllowed: false);

    /// <summary>Several lines: line breaks and tabs stay.</summary>
    /// <param name="text">Anything.</param>
    public static string Lines(string text) =>
        IsPrintable(text, areLinesAllowed: true) ? text : Escaped(text, int.MaxValue, areLinesAllowed: true);

    /// <summary>True for a character that may be printed as it is, on one line.</summary>
    public static bool IsPrintable(Rune rune) => rune != Rune.ReplacementChar
        && !(rune.IsBmp && Invisible.Contains((char)rune.Value))
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);

    private static bool IsPrintable(ReadOnlySpan<char> text, bool areLinesAllowed)
    {
        while (!text.IsEmpty)
        {
            if (!TakesAsItIs(text, areLinesAllowed, out int length))
                return false;
            text = text[length..];
        }
        return true;
    }

    private static bool TakesAsItIs(ReadOnlySpan<char> text, bool areLinesAllowed, out int length)
    {
        length = 1;
        if (text[0] is >= ' ' and <= '~')
            return true;
        if (text[0] is '\n' or '\t')
            return areLinesAllowed;
        // Alone it moves the cursor to the line's beginning, and what follows covers what was there.
        if (text[0] == '\r')
            return areLinesAllowed && text.Length > 1 && text[1] == '\n';
        bool isWhole = Rune.DecodeFromUtf16(text, out Rune rune, out length) == OperationStatus.Done;
        return isWhole && IsPrintable(rune);
    }

    private static string Escaped(string text, int most, bool areLinesAllowed)
    {
        var clean = new StringBuilder(Math.Min(text.Length, most) + 16);
        for (int at = 0; at < text.Length;)
        {
            bool asItIs = TakesAsItIs(text.AsSpan(at), areLinesAllowed, out int length);
            if (clean.Length + (asItIs ? length : 6 * length) > most - 1)
                return clean.Append('…').ToString();
            foreach (char half in text.AsSpan(at, length))
            {
                if (asItIs)
                    clean.Append(half);
                else
                    clean.Append(CultureInfo.InvariantCulture, $"\\u{(int)half:X4}");
            }
            at += length;
        }
        return clean.ToString();
    }
}
