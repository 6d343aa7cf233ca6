using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using EdgeInspector.Inspection.Rules;

namespace EdgeInspector.Settings;

/// <summary>Which values a setting may have within its type, from the attributes of the setting's property.</summary>
internal static class SettingLimits
{
    /// <summary>What a user may write, such as <c>a whole number from 1 to 65535</c>.</summary>
    /// <param name="property">The setting.</param>
    /// <param name="withExample">True: with an example, where the value is a number.</param>
    public static string Expectation(PropertyInfo property, bool withExample = true)
    {
        string form = SettingValue.FormOf(property.PropertyType);
        if (property.GetCustomAttribute<AllowedValuesAttribute>() is { } allowed)
            return string.Join(" or ", allowed.Values.Select(value => value is string ? $"\"{value}\"" : Show(value)));
        RangeAttribute? range = property.GetCustomAttribute<RangeAttribute>();
        if (form == SettingValue.NumberForm)
            form = withExample ? $"a number such as {Show(ExampleWithin(range))}" : "a number";
        if (range is null)
            return form;
        (object least, object most) = Ends(range);
        string from = range.MinimumIsExclusive ? $"above {Show(least)}" : $"from {Show(least)}";
        if (most is int.MaxValue or double.MaxValue or double.PositiveInfinity)
            return $"{form}, {(range.MinimumIsExclusive ? from : $"at least {Show(least)}")}";
        return $"{form}, {from} {(range.MaximumIsExclusive ? "to below" : "to")} {Show(most)}";
    }

    private static double ExampleWithin(RangeAttribute? range)
    {
        if (range is null || IsWithin(range, SettingValue.Example))
            return SettingValue.Example;
        (double least, double most) = (
            Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture), Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture));
        return Math.Min(least + SettingValue.Example, least + (most - least) / 2);
    }

    /// <summary>What is wrong with a value and how to mend it; null when the value is right.</summary>
    public static string? Problem(PropertyInfo property, object? value)
    {
        foreach (ValidationAttribute limit in property.GetCustomAttributes<ValidationAttribute>())
        {
            if (limit is RequiredAttribute required)
            {
                if (!required.IsValid(value))
                    return "this setting is required; "
                        + (SettingValue.IsSingle(property.PropertyType) ? $"give {Expectation(property)}." : "add it.");
            }
            else if (value is not null && Broken(limit, property, value) is { } problem)
            {
                // The framework's own message has a gap for the name; a message of the options says what to do.
                return limit.ErrorMessage is { } own && !own.Contains("{0}", StringComparison.Ordinal)
                    ? $"{ShowValue(property, value)} is not allowed. {own}"
                    : problem;
            }
        }
        return null;
    }

    private static string? Broken(ValidationAttribute limit, PropertyInfo property, object value) => limit switch
    {
        RangeAttribute range => IsWithin(range, value)
            ? null
            : $"{ShowValue(property, value)} is out of range; give {Expectation(property)}.{Hint(range, value)}",
        AllowedValuesAttribute =>
            limit.IsValid(value) ? null : $"{ShowValue(property, value)} is not allowed; give {Expectation(property)}.",
        StringLengthAttribute length when value is string text => length.IsValid(text)
            ? null
            : $"the text has {text.Length} characters; "
                + $"give {(length.MinimumLength > 0 ? $"{length.MinimumLength} to" : "at most")} {length.MaximumLength}.",
        _ => limit.GetValidationResult(
            value, new ValidationContext(value) { MemberName = property.Name, DisplayName = property.Name }) is { } result
            ? result.ErrorMessage ?? "the value is not allowed."
            : null,
    };

    private static string Hint(RangeAttribute range, object value) =>
        value is double or float or decimal && Ends(range) is (double least, double most)
            ? Percentage.Hint(Convert.ToDouble(value, CultureInfo.InvariantCulture), least, most)
            : "";

    // RangeAttribute itself throws when a number does not fit into the type of the range's ends.
    private static bool IsWithin(RangeAttribute range, object value)
    {
        (object least, object most) = Ends(range);
        int toLeast;
        int toMost;
        if (value is TimeSpan duration)
        {
            (toLeast, toMost) = (duration.CompareTo((TimeSpan)least), duration.CompareTo((TimeSpan)most));
        }
        else
        {
            double number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
            toLeast = number.CompareTo(Convert.ToDouble(least, CultureInfo.InvariantCulture));
            toMost = number.CompareTo(Convert.ToDouble(most, CultureInfo.InvariantCulture));
        }
        return (range.MinimumIsExclusive ? toLeast > 0 : toLeast >= 0) && (range.MaximumIsExclusive ? toMost < 0 : toMost <= 0);
    }

    private static (object Least, object Most) Ends(RangeAttribute range) => (End(range, range.Minimum), End(range, range.Maximum));

    private static object End(RangeAttribute range, object end) => end switch
    {
        string text when range.OperandType == typeof(TimeSpan) => TimeSpan.Parse(text, CultureInfo.InvariantCulture),
        string text => double.Parse(text, CultureInfo.InvariantCulture),
        _ => end,
    };

    private static string ShowValue(PropertyInfo property, object value) => SecretText.IsSecret(property)
        ? "the value"
        : value is string text ? Quote(text) : Show(value);

    /// <summary>A text from outside within a sentence: not too long, without passwords.</summary>
    public static string Quote(string text)
    {
        text = SecretText.HideLogins(text);
        if (text.Length > 100)
            text = text[..100] + "…";
        return $"\"{text}\"";
    }

    private static string Show(object? value) =>
        value is TimeSpan duration ? Duration.Format(duration) : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "null";
}
