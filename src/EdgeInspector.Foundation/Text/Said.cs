using System.Globalization;

namespace EdgeInspector.Foundation.Text;

/// <summary>A sentence that was said: its kind, and what fills the gaps of the kind. Two are equal when they read alike.</summary>
public sealed class Said : IEquatable<Said>
{
    private readonly Dictionary<string, object> _values = new(StringComparer.Ordinal);

    internal Said(Wording wording, ReadOnlySpan<object> values)
    {
        Wording = wording;
        // A complaint must come out whatever its maker forgot: a gap without a value stays as it is.
        for (int i = 0; i < Math.Min(values.Length, wording.Gaps.Count); i++)
            _values[wording.Gaps[i]] = values[i];
        Text = Fill(wording.English, CultureInfo.InvariantCulture, inner => inner.Text);
    }

    /// <summary>The kind of sentence.</summary>
    public Wording Wording { get; }

    /// <summary>What fills the gaps, by their names: texts, numbers, or further <see cref="Said"/>, one or several.</summary>
    public IReadOnlyDictionary<string, object> Values => _values;

    /// <summary>The sentence in English.</summary>
    public string Text { get; }

    /// <summary>The sentence in another language; in English where that language has no words for it.</summary>
    /// <param name="culture">How the language writes numbers.</param>
    /// <param name="words">Gives the sentence of a kind with the same gaps; null where there is none.</param>
    public string In(CultureInfo culture, Func<Wording, string?> words) =>
        words(Wording) is { } sentence ? Fill(sentence, culture, inner => inner.In(culture, words)) : Text;

    /// <inheritdoc />
    public bool Equals(Said? other) => other is not null && other.Wording == Wording && other.Text == Text;

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as Said);

    /// <inheritdoc />
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc />
    public override string ToString() => Text;

    private string Fill(string sentence, CultureInfo culture, Func<Said, string> say) => Wording.Gap().Replace(sentence, gap =>
    {
        string format = gap.Groups["format"].Value;
        return _values.GetValueOrDefault(gap.Groups["name"].Value) switch
        {
            null => gap.Value,
            Said one => say(one),
            IEnumerable<Said> several => string.Join(format.Length > 0 ? format : " ", several.Select(say)),
            IFormattable number => number.ToString(format, culture),
            var text => text.ToString() ?? "",
        };
    });
}
