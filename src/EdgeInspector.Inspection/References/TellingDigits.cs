using System.Globalization;

namespace EdgeInspector.Inspection.References;

/// <summary>
/// Writes a value and a limit that it is beyond with as many digits as tell the two apart: "0.251, below 0.251" tells nobody anything.
/// </summary>
internal static class TellingDigits
{
    private const int Most = 9;

    /// <summary>Both as text.</summary>
    /// <param name="value">The value.</param>
    /// <param name="limit">The limit.</param>
    /// <param name="digits">Digits behind the point, at least.</param>
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
