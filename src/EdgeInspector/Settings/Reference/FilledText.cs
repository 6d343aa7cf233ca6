using System.Text;
using System.Text.RegularExpressions;

namespace EdgeInspector.Settings.Reference;

/// <summary>Fills prose to the width of the pages.</summary>
internal static partial class FilledText
{
    private const int Widest = 140;

    /// <summary>The text on lines of at most 140 columns, where its words allow it; code in backticks stays on one line.</summary>
    public static string Of(string text)
    {
        var filled = new StringBuilder();
        int column = 0;
        foreach (Match word in Words().Matches(text))
        {
            bool fits = column + 1 + word.Length <= Widest;
            if (column > 0)
                filled.Append(fits ? ' ' : '\n');
            column = column > 0 && fits ? column + 1 + word.Length : word.Length;
            filled.Append(word.Value);
        }
        return filled.ToString();
    }

    [GeneratedRegex(@"(?:`[^`]*`|[^\s`])+")]
    private static partial Regex Words();
}
