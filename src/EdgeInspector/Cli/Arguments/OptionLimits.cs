using System.CommandLine;
using System.Globalization;

namespace EdgeInspector.Cli.Arguments;

/// <summary>Limits the values of an option further than its type does.</summary>
internal static class OptionLimits
{
    /// <summary>Refuses values outside of a range; the ends belong to the range.</summary>
    public static Option<T> Between<T>(this Option<T> option, T least, T most) where T : struct, IComparable<T> =>
        option.MustBe(Range(least, most), value => IsWithin(value, least, most));

    /// <summary>Refuses values outside of a range, for an option that may be left out.</summary>
    public static Option<T?> Between<T>(this Option<T?> option, T least, T most) where T : struct, IComparable<T> =>
        option.MustBe(Range(least, most), value => value is not { } given || IsWithin(given, least, most));

    /// <summary>Refuses values by a condition.</summary>
    /// <param name="option">The option.</param>
    /// <param name="what">What its value must be, as the end of a sentence without its full stop.</param>
    /// <param name="isTaken">False: the value is refused.</param>
    /// <returns>The option itself.</returns>
    public static Option<T> MustBe<T>(this Option<T> option, string what, Func<T?, bool> isTaken)
    {
        option.Validators.Add(result =>
        {
            T? value;
            try
            {
                value = result.GetValue(option);
            }
            catch (InvalidOperationException)
            {
                // The library itself refuses a value that can't be read.
                return;
            }
            if (!isTaken(value))
                result.AddError($"{option.Name} must be {what}.");
        });
        return option;
    }

    private static bool IsWithin<T>(T value, T least, T most) where T : IComparable<T> =>
        value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0;

    private static string Range<T>(T least, T most) => string.Create(CultureInfo.InvariantCulture, $"between {least} and {most}");
}
