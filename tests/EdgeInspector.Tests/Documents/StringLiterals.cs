namespace EdgeInspector.Tests.Documents;

/// <summary>
/// The texts in a C# source, each as its fixed pieces: <c>$"There is no file {path}."</c> gives "There is no file " and ".".
/// Texts that a plus joins are one. Texts within the holes come by themselves. Knows what the sources use: comments, characters,
/// plain and interpolated strings.
/// </summary>
internal sealed class StringLiterals
{
    private readonly string _source;
    private readonly List<string[]> _found = [];
    private int _at;

    // Where the text that was read last ends, and its place among those found.
    private (int End, int Index) _last = (-1, -1);

    private StringLiterals(string source) => _source = source;

    public static IReadOnlyList<string[]> Of(string source)
    {
        var reader = new StringLiterals(source);
        while (reader._at < source.Length)
            reader.Step();
        return reader._found;
    }

    private bool Sees(string text) => string.CompareOrdinal(_source, _at, text, 0, text.Length) == 0;

    private void Step()
    {
        if (Sees("//"))
            _at = _source.IndexOf('\n', _at);
        else if (Sees("\"\"\""))
            _at = _source.IndexOf("\"\"\"", _at + 3, StringComparison.Ordinal) + 3;
        else if (Sees("$\"") || Sees("\""))
            Text();
        else if (Sees("'"))
            _at += _source[_at + 1] == '\\' ? 4 : 3;
        else
            _at++;
    }

    private void Text()
    {
        int? joined = _last.End >= 0 && _source[_last.End.._at].Trim() == "+" ? _last.Index : null;
        bool isInterpolated = _source[_at] == '$';
        _at += isInterpolated ? 2 : 1;
        var pieces = new List<string> { "" };
        while (_source[_at] != '"')
        {
            if (Sees("\\"))
            {
                pieces[^1] += _source[_at + 1];
                _at += 2;
            }
            else if (isInterpolated && (Sees("{{") || Sees("}}")))
            {
                pieces[^1] += _source[_at];
                _at += 2;
            }
            else if (isInterpolated && Sees("{"))
            {
                Hole();
                pieces.Add("");
            }
            else
            {
                pieces[^1] += _source[_at++];
            }
        }
        _at++;
        if (joined is { } index)
            _found[index] = [.. _found[index][..^1], _found[index][^1] + pieces[0], .. pieces.Skip(1)];
        else
            _found.Add([.. pieces]);
        _last = (_at, joined ?? _found.Count - 1);
    }

    private void Hole()
    {
        int depth = 0;
        do
        {
            if (Sees("{"))
                depth++;
            else if (Sees("}"))
                depth--;
            Step();
        }
        while (depth > 0);
    }
}
