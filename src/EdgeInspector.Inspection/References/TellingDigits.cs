using System.Globalization;

namespace EdgeInspector.Inspection.References;

/// <summary>
/// Writes a value and a limit that the value exceeds with as many digits as tell the two apart: "0.251, below 0.251" would tell nothing.
/// </summary>
internal static class TellingDigits
{
    private const int Most = 9;

    /// <summary>The value and the limit as text.</summary>
    /// <param name="value">The value.</param>
    /// <param name="limit">The limit.</param>
    /// <param name="digits">The least number of digits behind the point.</param>
    public static (string Value, string Limit) Of(double value, double limit, int digits)
    {
        (string, string) texts;
        do
            texts = (Text(value, digits), Text(limit, digits));
        while (texts.Item1 == texts.Item2 && digits++ < Most);
        return texts;
    }

    private static string Text(double value, int digits) =>
        value.ToString(string.Create(CultureInfo.InvariantCulture, $"F{digits}"), CultureInfo.InvariantCulture);
}
