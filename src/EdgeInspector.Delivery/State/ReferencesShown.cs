using EdgeInspector.Foundation.Text;

namespace EdgeInspector.Delivery.State;

/// <summary>The references of a station, for <c>state</c>.</summary>
/// <param name="Learnt">Those against which pictures are held.</param>
/// <param name="Learning">What is being learnt; null: nothing.</param>
/// <param name="Note">What they do not cover, in a sentence that is no complaint; null when they cover every part that came.</param>
public sealed record ReferencesShown(IReadOnlyList<LearntReference> Learnt, ReferenceLearning? Learning, string? Note)
{
    /// <summary>There are none, and nobody misses them.</summary>
    public static ReferencesShown None { get; } = new([], null, null);

    private const int MostShown = 50;
    private const int LongestName = 100;

    /// <summary>
    /// The same, fit for whoever shows it: texts that anybody may have sent, without control characters and not too long.
    /// </summary>
    internal ReferencesShown Printable() => new(
        [.. Learnt.Take(MostShown).Select(one => one with { Type = Short(one.Type), By = Short(one.By), From = Short(one.From)! })],
        Learning is { } learning ? learning with { Type = Short(learning.Type), By = Short(learning.By) } : null,
        Note is { } note ? PrintableText.Of(note, 500) : null);

    private static string? Short(string? text) => text is null ? null : PrintableText.Of(text, LongestName);
}

/// <summary>A reference.</summary>
/// <param name="Type">The type of part that it is of; null: parts without one.</param>
/// <param name="At">When it was learnt, by the wall clock.</param>
/// <param name="By">Who vouched for the parts.</param>
/// <param name="Parts">From how many parts.</param>
/// <param name="From"><c>camera</c>, or the folder of the pictures.</param>
public sealed record LearntReference(string? Type, DateTimeOffset At, string? By, int Parts, string From);

/// <summary>A reference that is being learnt.</summary>
/// <param name="Type">The type of part; null: parts without one.</param>
/// <param name="Taken">Parts that it has.</param>
/// <param name="Of">Parts that it wants.</param>
/// <param name="By">Who vouches for them.</param>
public sealed record ReferenceLearning(string? Type, int Taken, int Of, string? By);
