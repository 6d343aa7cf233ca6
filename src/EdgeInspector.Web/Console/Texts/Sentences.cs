using System.Globalization;
using EdgeInspector.Foundation.Text;
using Microsoft.Extensions.Localization;

namespace EdgeInspector.Web.Console.Texts;

/// <summary>
/// What the agent itself says, in other languages than English: <c>Sentences.de.resx</c> has each <see cref="Wording"/> under its subject
/// and code (<c>camera.gone</c>) with the same gaps. English needs no file, since the agent speaks it.
/// </summary>
internal sealed class Sentences;

/// <summary>Says in the reader's language what the agent said.</summary>
internal static class SaidInWords
{
    /// <summary>The sentence in the language of the page.</summary>
    public static string Say(this IStringLocalizer<Sentences> sentences, Said what) => what.In(
        CultureInfo.CurrentCulture,
        wording => sentences[$"{wording.Subject}.{wording.Code}"] is { ResourceNotFound: false } found ? found.Value : null);

    /// <summary>The sentence in the language of the page; as it was said in English where it has no code.</summary>
    public static string Say(this IStringLocalizer<Sentences> sentences, Said? what, string english) =>
        what is null ? english : sentences.Say(what);
}
