using EdgeInspector.Foundation.Text;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Web.Console.Texts;
using Microsoft.Extensions.Localization;

namespace EdgeInspector.Web.Console.Stations;

/// <summary>
/// What a complaint is called, and what to do first. <c>Complaint.camera</c> is the heading of a component, <c>Complaint.camera.Do</c> its
/// advice; <c>Complaint.camera.noFolder.Do</c> stands in its place where it would mislead.
/// </summary>
internal static class ComplaintWords
{
    /// <summary>What the component is called; its own word where it has no heading.</summary>
    public static string Heading(this IStringLocalizer<Words> words, Complaint complaint) =>
        words.Find($"Complaint.{complaint.Component}") ?? complaint.Component;

    /// <summary>What to do first; null where nobody knows.</summary>
    public static string? Advice(this IStringLocalizer<Words> words, Complaint complaint)
    {
        Said what = complaint.What;
        // A sentence may be made of others, such as one for each challenge part, which say what is to be done.
        string[] ofPieces = [.. Pieces(what).Select(piece => words.Of(complaint, piece)).OfType<string>().Distinct()];
        return ofPieces.Length > 0
            ? string.Join(' ', ofPieces)
            : words.Of(complaint, what) ?? words.Find($"Complaint.{complaint.Component}.Do");
    }

    private static IEnumerable<Said> Pieces(Said what) => what.Values.Values.SelectMany(value => value switch
    {
        Said one => [one],
        IEnumerable<Said> several => several,
        _ => [],
    });

    private static string? Of(this IStringLocalizer<Words> words, Complaint complaint, Said said) =>
        words.Find($"Complaint.{complaint.Component}.{said.Wording.Code}.Do");
}
