using System.Globalization;
using System.Text;

namespace EdgeInspector.Delivery.Connecting;

/// <summary>Text of strangers (a broker, a certificate, a station), made fit for a terminal and a log.</summary>
public static class PrintableText
{
    /// <summary>
    /// Replaces what could move the cursor, colour the terminal, turn the direction of writing or hide: control and format characters, line breaks and
    /// halves of surrogate pairs become <c>?</c>. Longer texts are cut.
    /// </summary>
    /// <param name="text">Anything.</param>
    /// <param name="most">So many characters are kept, 2 or more.</param>
    public static string Of(string text, int most)
    {
        var clean = new StringBuilder();
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (clean.Length >= most - 1)
            {
                clean.Append('…');
                break;
            }
            bool isHarmless = rune != Rune.ReplacementChar && Rune.GetUnicodeCategory(rune) is not (
                UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
            clean.Append(isHarmless ? rune.ToString() : "?");
        }
        return clean.ToString();
    }
}
