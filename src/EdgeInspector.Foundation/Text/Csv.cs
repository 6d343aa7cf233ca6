using System.Globalization;

namespace EdgeInspector.Foundation.Text;

/// <summary>Lines of CSV (RFC 4180) whose texts a spreadsheet takes for texts.</summary>
public static class Csv
{
    /// <summary>A line without its end: texts, numbers, <c>true</c> and <c>false</c>; null is an empty cell.</summary>
    public static string Line(IEnumerable<object?> cells) => string.Join(',', cells.Select(cell => cell switch
    {
        string text => Cell(text),
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(cell, CultureInfo.InvariantCulture),
    }));

    /// <summary>A text as a cell, in quotes where it needs them.</summary>
    public static string Cell(string text)
    {
        // A spreadsheet takes a text with such a beginning for a formula, and part ids come from outside.
        string plain = text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + text : text;
        return plain.AsSpan().ContainsAny(",\"\r\n") ? $"\"{plain.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : plain;
    }
}
