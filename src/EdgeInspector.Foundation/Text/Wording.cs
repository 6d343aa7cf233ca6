using System.Text.RegularExpressions;

namespace EdgeInspector.Foundation.Text;

/// <summary>
/// One kind of sentence that the agent says to people: in English, under a code by which others say it in their own language. The sentence
/// has gaps for what differs from time to time, as in <c>The camera has given no picture for {seconds:0.#} s.</c>
/// </summary>
/// <remarks>
/// Kept in static fields of the classes <c>…Wordings</c>, where a test finds all of them: each has a German sentence in the console's
/// resource file and a line in <c>docs/state-codes.md</c>.
/// </remarks>
/// <param name="subject">What it is about: the component that complains; for a piece of another sentence, the gap that it fills.</param>
/// <param name="code">The kind of sentence, unique within the subject; never changes.</param>
/// <param name="english">The sentence.</param>
/// <param name="isPiece">True: it is never said alone, but fills a gap of another sentence.</param>
public sealed partial class Wording(string subject, string code, string english, bool isPiece = false)
{
    /// <summary>What it is about.</summary>
    public string Subject => subject;

    /// <summary>The kind of sentence, unique within the subject.</summary>
    public string Code => code;

    /// <summary>The English sentence, with gaps.</summary>
    public string English => english;

    /// <summary>True: it is never said alone, but fills a gap of another sentence.</summary>
    public bool IsPiece => isPiece;

    /// <summary>The names of the gaps, in the order in which they first come.</summary>
    public IReadOnlyList<string> Gaps { get; } = [.. Gap().Matches(english).Select(gap => gap.Groups["name"].Value).Distinct()];

    /// <summary>Says it.</summary>
    /// <param name="values">
    /// What fills the gaps, in the order in which they first come: a text, a number, a <see cref="Said"/>, or a list of them.
    /// </param>
    public Said Of(params object[] values) => new(this, values);

    /// <summary>Finds the gaps: the name and, after a colon, the format of a number or what stands between several sentences.</summary>
    [GeneratedRegex(@"\{(?<name>[A-Za-z]+)(?::(?<format>[^}]+))?\}")]
    internal static partial Regex Gap();
}
