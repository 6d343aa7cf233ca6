using System.Text;

namespace EdgeInspector.ModelStore.Packages;

/// <summary>
/// <c>labels.txt</c>: one tag per line, the line number is the class index. May have a byte order mark, CRLF, or no newline at its end.
/// </summary>
internal static class LabelsFile
{
    /// <summary>Reads the tags; adds their faults to the problems.</summary>
    public static IReadOnlyList<string> Parse(byte[] content, string fileName, PackageLimits limits, List<string> problems)
    {
        string text;
        try
        {
            text = Decode(content);
        }
        catch (DecoderFallbackException)
        {
            problems.Add($"{fileName} is not valid UTF-8 text. Save it as UTF-8, or export the package again.");
            return [];
        }
        List<string> lines = [.. text.Split('\n').Select(line => line.Trim())];
        while (lines is [.., ""])
            lines.RemoveAt(lines.Count - 1);
        lines = WithoutNumbers(lines);
        Check(lines, fileName, "line", limits, problems);
        return lines;
    }

    /// <summary>
    /// Teachable Machine numbers its lines: <c>0 ok</c>, <c>1 scratch</c>. The numbers are left out only where every line has its own
    /// number.
    /// </summary>
    private static List<string> WithoutNumbers(List<string> lines)
    {
        bool areNumbered = lines.Count > 0 && lines.Index().All(line => line.Item.StartsWith($"{line.Index} ", StringComparison.Ordinal));
        return areNumbered ? [.. lines.Select(line => line[(line.IndexOf(' ') + 1)..].TrimStart())] : lines;
    }

    /// <summary>Adds the faults of tags to the problems, whatever the tags' source.</summary>
    /// <param name="tags">The tags in class order.</param>
    /// <param name="where">Where the tags stand, in words.</param>
    /// <param name="place">What a tag is called in messages: <c>line</c>, <c>tag</c>.</param>
    /// <param name="limits">How many tags there may be, and how long.</param>
    /// <param name="problems">The list to which problems are added.</param>
    public static void Check(IReadOnlyList<string> tags, string where, string place, PackageLimits limits, List<string> problems)
    {
        if (tags.Count == 0)
            problems.Add($"{where} is empty; it must name one tag for each output of the network.");
        else if (tags.Count > limits.Labels)
            problems.Add($"{where} names {tags.Count} tags or more; at most {limits.Labels} are allowed.");
        else
            CheckEach(tags, where, place, limits, problems);
    }

    private static void CheckEach(IReadOnlyList<string> tags, string where, string place, PackageLimits limits, List<string> problems)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < tags.Count && problems.Count < 10; i++)
        {
            string tag = $"{where}, {place} {i + 1},";
            // A list in JSON may hold null in place of a text.
            if (string.IsNullOrEmpty(tags[i]))
                problems.Add($"{tag} is empty, which would shift the tags after it. Take it out or name the tag.");
            else if (tags[i].Length > limits.LabelLength)
                problems.Add($"{tag} is longer than {limits.LabelLength} characters; is this the name of a tag?");
            else if (tags[i].Any(char.IsControl))
                problems.Add($"{tag} contains a control character; is this the name of a tag?");
            else if (!seen.TryAdd(tags[i], i + 1))
                problems.Add(
                    $"{tag} repeats the tag '{tags[i]}' of {place} {seen[tags[i]]}. Give each output of the network a name of its own.");
        }
    }

    private static string Decode(byte[] content) => content switch
    {
        [0xEF, 0xBB, 0xBF, .. var rest] => Strict(new UTF8Encoding(false, true), rest),
        [0xFF, 0xFE, .. var rest] => Strict(new UnicodeEncoding(false, false, true), rest),
        [0xFE, 0xFF, .. var rest] => Strict(new UnicodeEncoding(true, false, true), rest),
        _ => Strict(new UTF8Encoding(false, true), content),
    };

    private static string Strict(Encoding encoding, byte[] bytes) => encoding.GetString(bytes);
}
