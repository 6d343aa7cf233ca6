using System.Text;

namespace EdgeInspector.ModelStore.Packages;

/// <summary><c>labels.txt</c>: one tag per line, the line number is the class index. May have a byte order mark, CRLF, or no newline at its end.</summary>
internal static class LabelsFile
{
    /// <summary>Reads the tags; adds to the problems what is wrong with them.</summary>
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
        if (lines.Count == 0)
            problems.Add($"{fileName} is empty; it must name one tag per line. Export the package again.");
        else if (lines.Count > limits.Labels)
            problems.Add($"{fileName} has {lines.Count} lines; at most {limits.Labels} tags are allowed.");
        else
            Check(lines, fileName, limits, problems);
        return lines;
    }

    private static void Check(List<string> lines, string fileName, PackageLimits limits, List<string> problems)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < lines.Count && problems.Count < 10; i++)
        {
            if (lines[i].Length == 0)
                problems.Add($"{fileName}, line {i + 1}, is empty, which would shift the tags below it. Remove the line or name the tag.");
            else if (lines[i].Length > limits.LabelLength)
                problems.Add($"{fileName}, line {i + 1}, is longer than {limits.LabelLength} characters; is this a labels file?");
            else if (lines[i].Any(char.IsControl))
                problems.Add($"{fileName}, line {i + 1}, contains a control character; is this a labels file?");
            else if (!seen.TryAdd(lines[i], i + 1))
                problems.Add($"{fileName}, line {i + 1}, repeats the tag '{lines[i]}' of line {seen[lines[i]]}. Export the package again.");
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
