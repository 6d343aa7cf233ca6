using System.Text.RegularExpressions;

namespace EdgeInspector.Tests.Documents;

/// <summary>A page that names a test as its proof must name one that exists.</summary>
public sealed partial class NamedTestsTests
{
    [GeneratedRegex(@"`(?:[A-Za-z]+/)*(?<class>[A-Z]\w+Tests)(?:\.(?<method>[A-Z]\w*))?(?<rest>…)?`")]
    private static partial Regex Named { get; }

    [GeneratedRegex(@"\bclass (?<name>\w+Tests)\b")]
    private static partial Regex Class { get; }

    [GeneratedRegex(@"^    public (?:async Task|Task|void) (?<name>\w+)\(", RegexOptions.Multiline)]
    private static partial Regex Method { get; }

    [Fact]
    public void Each_test_that_a_page_names_exists()
    {
        ILookup<string, string> methods = Directory.EnumerateFiles(
            Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText)
            .SelectMany(source => Class.Matches(source).Select(found => (found.Groups["name"].Value, Source: source)))
            .SelectMany(found => Method.Matches(found.Source).Select(method => (Class: found.Value, Method: method.Groups["name"].Value)))
            .ToLookup(found => found.Class, found => found.Method);
        string[] invented =
        [
            .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
                .SelectMany(page => Named.Matches(File.ReadAllText(page)).Select(found => (Page: Path.GetFileName(page), Found: found)))
                .Where(named => !methods[named.Found.Groups["class"].Value].Any(method => Fits(method, named.Found)))
                .Select(named => $"{named.Page}: {named.Found.Value}"),
        ];
        Assert.True(invented.Length == 0, $"Pages name tests that do not exist:\n{string.Join('\n', invented)}");
    }

    private static bool Fits(string method, Match named) =>
        named.Groups["rest"].Success ? method.StartsWith(named.Groups["method"].Value, StringComparison.Ordinal)
        : !named.Groups["method"].Success || method == named.Groups["method"].Value;
}
