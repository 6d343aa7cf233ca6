using EdgeInspector.Inspection.Verdicts;
using Microsoft.Extensions.Localization;

namespace EdgeInspector.Web.Console.Texts;

/// <summary>
/// The words of the pages: <c>Words.resx</c> has them in English, <c>Words.de.resx</c> in German. A test holds that both have the same
/// names.
/// </summary>
internal sealed class Words;

/// <summary>Words that need not be there.</summary>
internal static class WordsThatMayBeMissing
{
    /// <summary>A word of the page's language; null where there is none.</summary>
    public static string? Find(this IStringLocalizer<Words> words, string name) =>
        words[name] is { ResourceNotFound: false } found ? found.Value : null;

    /// <summary>What programs say in a word of their own, such as <c>inbox</c>; that word where the pages have none for it.</summary>
    /// <param name="words">The words of the page's language.</param>
    /// <param name="kind">What kind of word it is, before the dot.</param>
    /// <param name="own">The program's word.</param>
    public static string Of(this IStringLocalizer<Words> words, string kind, string? own) =>
        string.IsNullOrEmpty(own) ? "" : words.Find($"{kind}.{own}") ?? own;

    /// <summary>The same for words before a name, as in <c>camera of weld-3</c>; the name stays as it is.</summary>
    public static string OfNamed(this IStringLocalizer<Words> words, string kind, string own)
    {
        int end = own.LastIndexOf(' ');
        return words.Find($"{kind}.{own}") ?? (end < 0 ? own : words.Of(kind, own[..end]) + own[end..]);
    }

    /// <summary>A verdict as programs say it, with a tag or without: <c>reject (scratch)</c>.</summary>
    public static string OfVerdict(this IStringLocalizer<Words> words, string? own)
    {
        string first = own?.Split(' ')[0] ?? "";
        return VerdictWords.Kind(first) is { } kind ? words[$"Verdict.{kind}"] + own![first.Length..] : own ?? "";
    }
}
