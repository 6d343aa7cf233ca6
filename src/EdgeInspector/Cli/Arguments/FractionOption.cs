using System.CommandLine;
using System.Globalization;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Settings;

namespace EdgeInspector.Cli.Arguments;

/// <summary>An option that is a share of 1: a probability, a part of all.</summary>
internal static class FractionOption
{
    public static Option<double> Create(string name, string description, double value) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => value,
        HelpName = "P",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (!SettingValue.TryRead(typeof(double), text, out object? number))
                result.AddError($"{name}: {SettingLimits.Quote(text)} is no number; give one from 0 to 1, such as 0.5.{HintOf(text)}");
            else if (number is >= 0.0 and <= 1.0)
                return (double)number;
            else
                result.AddError(OutOfRange(name, (double)number!));
            return value;
        },
    };

    private static string HintOf(string text) => SettingValue.Hint(typeof(double), text);

    private static string OutOfRange(string name, double number) => string.Create(
        CultureInfo.InvariantCulture, $"{name}: {number} is out of range; give a number from 0 to 1.{Percentage.Hint(number)}");
}
