using System.Globalization;

namespace EdgeInspector.Settings;

/// <summary>Single values: text, truth values, numbers, durations, names of enums.</summary>
internal static class SettingValue
{
    /// <summary>What may be written for a number with a fraction, with an example.</summary>
    public const string NumberForm = "a number such as 0.5";

    /// <summary>The number in <see cref="NumberForm"/>.</summary>
    public const double Example = 0.5;

    /// <summary>True for types that are written as a single value.</summary>
    public static bool IsSingle(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(string) || type == typeof(bool) || type == typeof(TimeSpan) || type.IsEnum || IsWhole(type)
            || IsFraction(type);
    }

    /// <summary>What a user may write for the type.</summary>
    public static string FormOf(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            _ when type == typeof(string) => "a text",
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(TimeSpan) => Duration.Form,
            _ when type.IsEnum => "one of " + string.Join(", ", Enum.GetNames(type)),
            _ when IsWhole(type) => "a whole number",
            _ => NumberForm,
        };
    }

    /// <summary>Reads a value; false when the text does not have the type's form.</summary>
    public static bool TryRead(Type type, string text, out object? value)
    {
        value = null;
        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            // An environment variable can say "none" only by an empty text.
            if (text.Length == 0)
                return true;
            type = inner;
        }
        if (type == typeof(string))
            value = text;
        else if (type == typeof(bool))
            value = bool.TryParse(text, out bool truth) ? truth : null;
        else if (type == typeof(TimeSpan))
            value = Duration.TryParse(text, out TimeSpan duration) ? duration : null;
        else if (type.IsEnum)
            value = Enum.GetNames(type).FirstOrDefault(name => name.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase)) is { } name
                ? Enum.Parse(type, name)
                : null;
        else
            value = Number(type, text);
        return value is not null;
    }

    /// <summary>
    /// What somebody meant whose number can't be read because of a comma or a percent sign: a sentence with a blank before it, or an empty
    /// text.
    /// </summary>
    public static string Hint(Type type, string text)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (!IsFraction(type))
            return "";
        bool isPercent = text.TrimEnd().EndsWith('%');
        if (Number(typeof(decimal), text.Replace(',', '.').TrimEnd().TrimEnd('%').TrimEnd()) is not decimal number)
            return "";
        return isPercent
            ? string.Create(CultureInfo.InvariantCulture, $" Write {number / 100} for {number} %.")
            : string.Create(CultureInfo.InvariantCulture, $" Write {number}.");
    }

    private static object? Number(Type type, string text)
    {
        try
        {
            if (IsWhole(type))
                return Convert.ChangeType(
                    decimal.Parse(
                        text,
                        NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
                        CultureInfo.InvariantCulture),
                    type,
                    CultureInfo.InvariantCulture);
            if (type == typeof(decimal))
                return decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
            double number = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
            if (!double.IsFinite(number))
                return null;
            return type == typeof(double) ? number : float.IsFinite((float)number) ? (float)number : null;
        }
        catch (Exception fault) when (fault is FormatException or OverflowException)
        {
            return null;
        }
    }

    private static bool IsWhole(Type type) =>
        type == typeof(int) || type == typeof(long) || type == typeof(short) || type == typeof(byte)
        || type == typeof(uint) || type == typeof(ulong) || type == typeof(ushort) || type == typeof(sbyte);

    private static bool IsFraction(Type type) => type == typeof(double) || type == typeof(float) || type == typeof(decimal);
}
