using System.Globalization;
using System.Text;
using EdgeInspector.Inspection.Verdicts;

namespace EdgeInspector.Delivery.Images.Spool;

/// <summary>
/// The names in the spool: <c>2026-11-23/14-05-09.123_weld-3_reject_part-7_0193….json</c> and beside it <c>…_original.jpg</c>,
/// <c>…_annotated.jpg</c>, <c>…_around.jpg</c>.
/// Times are local, as the people on the shift read them; the sidecar has UTC.
/// </summary>
internal static class SpoolNames
{
    public const string Sidecar = ".json";
    public const string Temporary = ".tmp";
    public const string Original = "_original";
    public const string Annotated = "_annotated";
    public const string Around = "_around";

    private const string DayForm = "yyyy-MM-dd";
    private const int GuidLength = 36;

    /// <summary>The folder of a day; one string for all parts of the day.</summary>
    public static string Day(DateTimeOffset local) => string.Intern(local.ToString(DayForm, CultureInfo.InvariantCulture));

    /// <summary>True for the name of a day's folder.</summary>
    public static bool IsDay(string name) =>
        DateOnly.TryParseExact(name, DayForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    /// <summary>What the names of all files of a part begin with.</summary>
    public static string Of(DateTimeOffset local, string station, VerdictKind verdict, string part, Guid id) => string.Create(
        CultureInfo.InvariantCulture,
        $"{local:HH-mm-ss.fff}_{Of(station)}_{verdict.Word()}_{Safe(part, 40, "part")}_{id}");

    /// <summary>A station as it appears in the names of its parts' files.</summary>
    public static string Of(string station) => Safe(station, 32, "station");

    /// <summary>The station in a part's name, as <see cref="Of(string)"/> gives it; null when the agent did not make the name.</summary>
    public static string? StationOf(string name) => name.Split('_') is [_, var station, _, _, _] ? station : null;

    /// <summary>The event's id at the end of a part's name; null when the agent did not make the name.</summary>
    public static Guid? IdOf(ReadOnlySpan<char> name) =>
        name.Length > GuidLength && name[^(GuidLength + 1)] == '_' && Guid.TryParseExact(name[^GuidLength..], "D", out Guid id) ? id : null;

    /// <summary>The part's name and event of a picture's file; null when the agent did not make the file.</summary>
    public static (string Name, Guid Id)? OfPicture(string file)
    {
        ReadOnlySpan<char> stem = Path.GetFileNameWithoutExtension(file.AsSpan());
        int end = stem.LastIndexOf('_');
        if (end < 0 || Path.GetExtension(file) is not (".jpg" or ".png") || stem[end..] is not (Original or Annotated or Around))
            return null;
        return IdOf(stem[..end]) is { } id ? (stem[..end].ToString(), id) : null;
    }

    /// <summary>True for the sheet with the frames around a part, false for the part's other pictures.</summary>
    public static bool IsAround(string picture) =>
        Path.GetFileNameWithoutExtension(picture.AsSpan()).EndsWith(Around, StringComparison.Ordinal);

    /// <summary>
    /// What a part's folder and name say of the part, where the sidecar does not; null when the agent did not make the name.
    /// </summary>
    /// <param name="day">The folder's name.</param>
    /// <param name="name">What the names of the part's files begin with.</param>
    /// <param name="bytes">Bytes of the part's files.</param>
    public static SpoolEntry? EntryOf(string day, string name, long bytes)
    {
        if (IdOf(name) is not { } id || name.Split('_') is not [var time, var station, var verdict, _, _])
            return null;
        // The time is local, as in the name: an hour or two do not matter to an age in days.
        return DateTime.TryParseExact($"{day} {time}", DayForm + " HH-mm-ss.fff", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTime at)
            ? new SpoolEntry(id, at, station, VerdictWords.Kind(verdict) ?? VerdictKind.None, day, name, bytes)
            : null;
    }

    /// <summary>
    /// A text made fit for a part of a file name on Windows and Linux: letters, digits and <c>- .</c>; anything else becomes <c>-</c>. The
    /// result always stands between other parts of a name, so that names such as <c>CON</c> or <c>..</c> do no harm.
    /// </summary>
    /// <param name="text">Anything.</param>
    /// <param name="mostBytes">The most bytes in UTF-8, by which Linux counts.</param>
    /// <param name="otherwise">The result when nothing is left.</param>
    internal static string Safe(string text, int mostBytes, string otherwise)
    {
        var safe = new StringBuilder();
        int bytes = 0;
        // Unpaired surrogates come as U+FFFD, which is not a letter.
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool fits = rune.IsBmp && (Rune.IsLetterOrDigit(rune) || rune.Value is '-' or '.');
            if (!fits && (safe.Length == 0 || safe[^1] == '-'))
                continue;
            Rune next = fits ? rune : new Rune('-');
            bytes += next.Utf8SequenceLength;
            if (bytes > mostBytes)
                break;
            safe.Append(next.ToString());
        }
        string name = safe.ToString().Trim('-', '.');
        return name.Length == 0 ? otherwise : name;
    }
}
