using System.Text.RegularExpressions;

namespace EdgeInspector.Tests.Logging;

/// <summary>Whoever filters the log by the number of a message means one message.</summary>
public sealed partial class EventIdTests
{
    [Fact]
    public void Each_message_of_the_log_has_a_number_of_its_own()
    {
        string[] sources = [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))];
        string[] ids = [.. sources.SelectMany(path => Id().Matches(File.ReadAllText(path))).Select(match => match.Groups[1].Value)];
        Assert.True(ids.Length > 50, $"Only {ids.Length} messages were found.");
        Assert.Empty(ids.GroupBy(id => id).Where(same => same.Count() > 1).Select(same => same.Key));
    }

    [GeneratedRegex(@"LoggerMessage\(\s*EventId = (\d+)")]
    private static partial Regex Id();
}
