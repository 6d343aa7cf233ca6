using System.Text;
using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Printing;

/// <summary>
/// The standard output and the standard error as the whole process sees them: every text that is written is made printable.
/// </summary>
/// <param name="inner">The real writer.</param>
internal sealed class PrintableWriter(TextWriter inner) : TextWriter(inner.FormatProvider)
{
    [ThreadStatic]
    private static bool _isTrusted;

    // The first half of a character whose second half comes with the next call.
    private char? _half;

    public override Encoding Encoding => inner.Encoding;

    /// <summary>
    /// Lets through unchanged what this thread writes during the call: lines whose values are clean and whose colours come from the agent.
    /// </summary>
    public static void Trust(Action write)
    {
        bool before = _isTrusted;
        _isTrusted = true;
        try
        {
            write();
        }
        finally
        {
            _isTrusted = before;
        }
    }

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (_isTrusted)
        {
            inner.Write(buffer);
            return;
        }
        string text = _half is { } half ? half + buffer.ToString() : buffer.ToString();
        _half = null;
        if (text.Length > 0 && char.IsHighSurrogate(text[^1]))
        {
            _half = text[^1];
            text = text[..^1];
        }
        inner.Write(PrintableText.Lines(text));
    }

    public override void WriteLine(string? value) => Write(value + inner.NewLine);

    public override void Flush() => inner.Flush();
}
