using System.Globalization;
using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Inspection.References;

/// <summary>A reference in words, for people.</summary>
public static class ReferenceText
{
    /// <summary>The type of part as words of a sentence, with a blank before them; empty for parts without a type.</summary>
    public static string OfType(string? type) => type is null ? "" : $" of type '{type}'";

    /// <summary>Where the reference comes from, and for each measure what good parts had and what the settings allow.</summary>
    public static string Of(Reference reference, ReferenceOptions options)
    {
        var limits = new ReferenceLimits(reference, options);
        string type = reference.Type is null ? "" : $", parts of type '{Printed(reference.Type)}'";
        string by = reference.By is null ? "" : $" by {Printed(reference.By)}";
        string why = reference.Why is null ? "" : $" ({Printed(reference.Why)})";
        string size = $"{reference.Width} × {reference.Height} pixels";
        string learnt = string.Create(
            CultureInfo.InvariantCulture, $"learnt from {reference.Parts} parts on {reference.At:yyyy-MM-dd HH:mm:ss}Z{by}{why}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
             Station {Printed(reference.Station)}{type}: {learnt}, from {Printed(reference.From)}, {size}
               brightness   {Line(reference.Brightness, limits.Brightness, "0.000")}
               contrast     {Line(reference.Contrast, limits.Contrast, "0.000")}
               sharpness    {Line(reference.Sharpness, limits.Sharpness, "0.0")}
               right (px)   {Line(reference.X, limits.X, "0")}
               down (px)    {Line(reference.Y, limits.Y, "0")}
               turn (°)     {Line(reference.Turn, limits.Turn, "0.0")}
               different    {Line(reference.Different, new Allowed(0, limits.Different), "0.0%")}
             """);
    }

    private static string Line(Spread spread, Allowed allowed, string format)
    {
        string Text(double value) => (value == 0 ? 0 : value).ToString(format, CultureInfo.InvariantCulture);
        string limit = double.IsPositiveInfinity(allowed.Most)
            ? $"at least {Text(allowed.Least)}"
            : $"{Text(allowed.Least)} to {Text(allowed.Most)}";
        return $"good parts {Text(spread.Least)} to {Text(spread.Most)}, allowed {limit}";
    }

    private static string Printed(string text) => PrintableText.Of(text, 200);
}
