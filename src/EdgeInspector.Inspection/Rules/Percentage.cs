using System.Globalization;

namespace EdgeInspector.Inspection.Rules;

/// <summary>Guesses what somebody meant who wrote a percentage instead of a share.</summary>
public static class Percentage
{
    // 1.4 is more likely a slip of the finger than 1.4 %.
    private const double Least = 2;

    /// <summary>
    /// A sentence such as <c>Write 0.9 for 90 %.</c> with a blank before it; empty where the number is no percentage, or a percentage that
    /// is out of range too.
    /// </summary>
    /// <param name="value">What was written.</param>
    /// <param name="least">The least share allowed.</param>
    /// <param name="most">The largest share allowed.</param>
    public static string Hint(double value, double least = 0, double most = 1) =>
        most <= 1 && value is >= Least and <= 100 && value / 100 >= least && value / 100 <= most
            ? string.Create(CultureInfo.InvariantCulture, $" Write {(double)((decimal)value / 100)} for {value} %.")
            : "";
}
