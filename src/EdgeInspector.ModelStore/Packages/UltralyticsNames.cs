using System.Globalization;
using System.Text;

namespace EdgeInspector.ModelStore.Packages;

/// <summary>
/// The property <c>names</c> that Ultralytics writes: a Python dictionary as text, <c>{0: 'scratch', 1: "driver's side"}</c>, or a list.
/// Reads exactly this form, since a library for Python's literals in .NET would bring a whole Python.
/// </summary>
internal static class UltralyticsNames
{
    /// <summary>
    /// The names in the order of their numbers; null when the text has another form, gaps, or at least two names more than the limit.
    /// </summary>
    public static IReadOnlyList<string>? Parse(string text, int limit)
    {
        var reader = new Literal(text);
        bool isList = reader.Take('[');
        if (!isList && !reader.Take('{'))
            return null;
        var names = new SortedDictionary<int, string>();
        while (!reader.Take(isList ? ']' : '}'))
        {
            int number = names.Count;
            if (names.Count > limit || (!isList && (!reader.TakeNumber(out number) || !reader.Take(':')))
                || !reader.TakeText(out string name))
                return null;
            if (!names.TryAdd(number, name))
                return null;
            if (!reader.Take(','))
                return reader.Take(isList ? ']' : '}') && reader.IsAtEnd ? InOrder(names) : null;
        }
        return reader.IsAtEnd ? InOrder(names) : null;
    }

    private static IReadOnlyList<string>? InOrder(SortedDictionary<int, string> names) =>
        names.Count > 0 && names.Keys.SequenceEqual(Enumerable.Range(0, names.Count)) ? [.. names.Values] : null;

    private ref struct Literal(ReadOnlySpan<char> text)
    {
        private ReadOnlySpan<char> _rest = text;

        public bool IsAtEnd => _rest.Trim().IsEmpty;

        public bool Take(char wanted)
        {
            _rest = _rest.TrimStart();
            if (_rest.IsEmpty || _rest[0] != wanted)
                return false;
            _rest = _rest[1..];
            return true;
        }

        public bool TakeNumber(out int number)
        {
            _rest = _rest.TrimStart();
            int length = 0;
            while (length < _rest.Length && char.IsAsciiDigit(_rest[length]))
                length++;
            bool isNumber = int.TryParse(_rest[..length], NumberStyles.None, CultureInfo.InvariantCulture, out number);
            _rest = _rest[length..];
            return isNumber;
        }

        /// <summary>Takes a text between two quotes of the same kind, with Python's escapes.</summary>
        public bool TakeText(out string value)
        {
            value = "";
            char quote = Take('\'') ? '\'' : Take('"') ? '"' : '\0';
            var taken = new StringBuilder();
            for (int i = 0; quote != '\0' && i < _rest.Length; i++)
            {
                if (_rest[i] == quote)
                {
                    value = taken.ToString();
                    _rest = _rest[(i + 1)..];
                    return true;
                }
                if (_rest[i] != '\\')
                    taken.Append(_rest[i]);
                else if (!TakeEscape(ref i, taken))
                    return false;
            }
            return false;
        }

        private readonly bool TakeEscape(ref int at, StringBuilder taken)
        {
            char kind = at + 1 < _rest.Length ? _rest[at + 1] : '\0';
            int digits = kind switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
            at++;
            if (digits == 0)
            {
                taken.Append(kind switch { 'n' => '\n', 't' => '\t', 'r' => '\r', _ => kind });
                return kind is '\\' or '\'' or '"' or 'n' or 't' or 'r';
            }
            if (at + digits >= _rest.Length
                || !int.TryParse(_rest.Slice(at + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code)
                || !Rune.TryCreate(code, out Rune rune))
            {
                return false;
            }
            taken.Append(rune.ToString());
            at += digits;
            return true;
        }
    }
}
