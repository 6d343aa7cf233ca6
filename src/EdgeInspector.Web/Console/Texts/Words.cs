namespace EdgeInspector.Web.Console.Texts;

/// <summary>
/// The words of the pages: <c>Words.resx</c> has them in English, <c>Words.de.resx</c> in German. A test holds that both have the same
/// names.
/// </summary>
internal sealed class Words;
