using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Delivery.State;

/// <summary>The references of a station, for <c>state</c>.</summary>
/// <param name="Learnt">The references against which pictures are held.</param>
/// <param name="Learning">The reference that is being learnt; null: none.</param>
/// <param name="Note">
/// What the references do not cover, in a sentence that is no complaint; null when they cover every part that came.
/// </param>
public sealed record ReferencesShown(IReadOnlyList<LearntReference> Learnt, ReferenceLearning? Learning, string? Note)
{
    /// <summary>No references, and none is missed.</summary>
    public static ReferencesShown None { get; } = new([], null, null);

    private const int MostShown = 50;
    private const int LongestName = 100;

    /// <summary>
    /// The same references with texts fit to be shown: anybody may have sent the texts, so control characters are removed and long texts
    /// are cut.
    /// </summary>
    internal ReferencesShown Printable() => new(
        [.. Learnt.Take(MostShown).Select(one => one with { Type = Short(one.Type), By = Short(one.By), From = Short(one.From)! })],
        Learning is { } learning ? learning with { Type = Short(learning.Type), By = Short(learning.By) } : null,
        Note is { } note ? PrintableText.Of(note, 500) : null);

    private static string? Short(string? text) => text is null ? null : PrintableText.Of(text, LongestName);
}

/// <summary>A reference.</summary>
/// <param name="Type">The type of part to which the reference belongs; null: parts without a type.</param>
/// <param name="At">When the reference was learnt, by the wall clock.</param>
/// <param name="By">Who vouched for the parts.</param>
/// <param name="Parts">From how many parts the reference was learnt.</param>
/// <param name="From"><c>camera</c>, or the folder of the pictures.</param>
public sealed record LearntReference(string? Type, DateTimeOffset At, string? By, int Parts, string From);

/// <summary>A reference that is being learnt.</summary>
/// <param name="Type">The type of part; null: parts without a type.</param>
/// <param name="Taken">How many parts have been taken.</param>
/// <param name="Of">How many parts are wanted.</param>
/// <param name="By">Who vouches for the parts.</param>
public sealed record ReferenceLearning(string? Type, int Taken, int Of, string? By);
