using System.Globalization;

namespace EdgeInspector.Web.Console;

/// <summary>
/// The languages of the pages. The program carries no data about cultures (it would need ICU on every line PC), so that the forms of
/// numbers and times stand here.
/// </summary>
internal static class ConsoleCultures
{
    /// <summary>English, with ISO dates: read alike on both sides of the Atlantic.</summary>
    public static CultureInfo English { get; } = Of("en", ".", ",", "yyyy-MM-dd");

    /// <summary>German.</summary>
    public static CultureInfo German { get; } = Of("de", ",", ".", "dd.MM.yyyy");

    /// <summary>All of them; the first is for everybody else.</summary>
    public static IReadOnlyList<CultureInfo> All { get; } = [English, German];

    /// <summary>The language of this name; English for every other.</summary>
    public static CultureInfo Find(string? name) =>
        All.FirstOrDefault(culture => culture.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? English;

    private static CultureInfo Of(string name, string point, string thousands, string date)
    {
        var culture = new CultureInfo(name);
        culture.NumberFormat.NumberDecimalSeparator = culture.NumberFormat.PercentDecimalSeparator = point;
        culture.NumberFormat.NumberGroupSeparator = culture.NumberFormat.PercentGroupSeparator = thousands;
        culture.NumberFormat.PercentPositivePattern = 0;
        culture.DateTimeFormat.ShortDatePattern = date;
        culture.DateTimeFormat.LongDatePattern = date;
        culture.DateTimeFormat.ShortTimePattern = "HH:mm";
        culture.DateTimeFormat.LongTimePattern = "HH:mm:ss";
        return CultureInfo.ReadOnly(culture);
    }
}
