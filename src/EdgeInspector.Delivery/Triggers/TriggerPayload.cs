using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using EdgeInspector.Inspection.References;

namespace EdgeInspector.Delivery.Triggers;

/// <summary>
/// Reads the part id out of a trigger message: plain text as controllers and scanners send it (<see cref="PlainText"/>), or JSON
/// <c>{"part":"…","type":"…"}</c>, which may also name the type of part. Trusts nothing.
/// </summary>
public static class TriggerPayload
{
    /// <summary>The largest payload that is looked at, in bytes.</summary>
    public const int MostBytes = 1024;

    /// <summary>The longest part id, in UTF-16 characters.</summary>
    public const int MostCharacters = 128;

    /// <summary>The longest type of a part, in UTF-16 characters.</summary>
    public const int MostTypeCharacters = Reference.LongestType;

    private const string NotReadable = "it begins like JSON, but is not {\"part\":\"…\"}";

    private static readonly SearchValues<char> NotInBraces = SearchValues.Create("{}:,'\" ");

    /// <summary>
    /// Gives the part id, or says why there is none. An empty message is legal and has no id: it comes from a sensor that knows no ids.
    /// </summary>
    /// <param name="payload">The message.</param>
    /// <param name="part">The id, 1 to <see cref="MostCharacters"/> characters without control characters; null when there is none.</param>
    /// <param name="type">
    /// What kind of part it is, 1 to <see cref="MostTypeCharacters"/> characters without control characters;
    /// null where the message does not say.
    /// </param>
    /// <param name="wrong">
    /// What is wrong with the message, even where it has an id; null for an empty message, which may be padded with NULs or blanks.
    /// </param>
    public static bool TryRead(in ReadOnlySequence<byte> payload, [NotNullWhen(true)] out string? part, out string? type, out string? wrong)
    {
        part = null;
        type = null;
        wrong = null;
        if (payload.Length > MostBytes)
        {
            wrong = $"it has {payload.Length} bytes, more than {MostBytes}";
            return false;
        }
        Span<byte> bytes = stackalloc byte[(int)payload.Length];
        payload.CopyTo(bytes);
        string text = PlainText.Read(bytes);
        if (text.Length == 0)
        {
            // A variable that is empty to its end holds no id, which is no fault; a number in binary looks the same.
            int nul = bytes.IndexOf((byte)0);
            if (nul >= 0 && bytes[nul..].ContainsAnyExcept((byte)0, (byte)' ', (byte)0xFF))
                wrong = $"it begins with a NUL byte{(nul == 0 ? "" : " behind blanks")}, which ends a text, "
                    + $"and {payload.Length - nul - 1} bytes follow; send the id as text";
            return false;
        }
        string? id = text[0] == '{' ? FromFields(text, out type, out wrong) : PlainText.WithoutQuotes(text);
        if (id is null)
            return false;
        if (Check(id) is { } unfit)
        {
            wrong = unfit;
            return false;
        }
        part = id;
        return true;
    }

    private static string? FromFields(string text, out string? type, out string? wrong)
    {
        type = null;
        if (MessageFields.Read(text) is not { } fields)
        {
            // An identifier in braces, as Windows writes it, is plain text.
            bool isText = text is ['{', _, .., '}'] && !text.AsSpan(1, text.Length - 2).ContainsAny(NotInBraces);
            wrong = isText ? null : NotReadable;
            return isText ? text : null;
        }
        string? id = fields.Value("part", out _);
        wrong = id is null ? NotReadable : null;
        type = fields.Value("type", out bool isNamed);
        if (isNamed && (type is null || ReferenceFormat.TypeFault(type) is not null))
        {
            type = null;
            wrong ??= $"'type' is no text of 1 to {MostTypeCharacters} characters, so that the part has none";
        }
        return id;
    }

    // A scanner may send a DataMatrix code with the separators between its fields, but people read the code without them.
    private static bool IsRefused(char character) => char.IsControl(character) && character is not ('\t' or (>= '\u001C' and <= '\u001F'));

    private static string? Check(string id)
    {
        if (id.Length == 0)
            return "the part id is empty";
        if (id.Length > MostCharacters)
            return $"the part id has {id.Length} characters, more than {MostCharacters}";
        return id.Any(IsRefused) ? "the part id contains a control character" : null;
    }
}
