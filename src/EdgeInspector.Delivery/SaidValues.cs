using System.Globalization;
using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Delivery;

/// <summary>What a sentence names, as it stands in JSON: texts, numbers, and pieces that are sentences themselves.</summary>
internal static class SaidValues
{
    /// <summary>No values.</summary>
    public static readonly IReadOnlyDictionary<string, object> None = new Dictionary<string, object>();

    /// <summary>The values by name; empty where there are none.</summary>
    /// <param name="what">The sentence; null: nobody said it under a code.</param>
    /// <param name="outward">Makes a text fit for people other than those at this PC.</param>
    public static IReadOnlyDictionary<string, object> Of(Said? what, Func<string, string> outward) => what is not { Values.Count: > 0 }
        ? None
        : what.Values.ToDictionary(one => one.Key, one => Value(one.Value, outward));

    private static object Value(object value, Func<string, string> outward) => value switch
    {
        Said one => Piece(one, outward),
        IEnumerable<Said> several => several.Select(one => Piece(one, outward)).ToArray(),
        string text => outward(text),
        // JSON has no numbers that are none.
        double number when !double.IsFinite(number) => number.ToString(CultureInfo.InvariantCulture),
        var number => number,
    };

    private static SaidPiece Piece(Said what, Func<string, string> outward) =>
        new(what.Wording.Code, outward(what.Text), Of(what, outward));
}

/// <summary>A sentence, or a piece of one, that fills a gap of another.</summary>
/// <param name="Code">Its code within the gap's name.</param>
/// <param name="Text">Its English words.</param>
/// <param name="Values">What fills its own gaps.</param>
internal sealed record SaidPiece(string Code, string Text, IReadOnlyDictionary<string, object> Values);
