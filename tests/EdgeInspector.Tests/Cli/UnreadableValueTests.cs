using EdgeInspector.Cli;
using EdgeInspector.Cli.Arguments;

namespace EdgeInspector.Tests.Cli;

/// <summary>A value that can't be read is refused in plain words, also where the option has limits.</summary>
public sealed class UnreadableValueTests
{
    [Theory]
    [InlineData("simulate --out x -n abc", "'abc' can't be read for --count; give a whole number, such as 10.")]
    [InlineData("bench --fps x", "'x' can't be read for --fps; give a number, such as 0.5.")]
    [InlineData("inspect a.png --bit-depth zz", "'zz' can't be read for --bit-depth; give a whole number, such as 10.")]
    [InlineData("simulate --out x -n -5", "--count must be between 1 and 1000000.")]
    public async Task A_value_that_is_no_number_or_too_small_is_refused_with_what_to_give(string line, string sentence)
    {
        string[] arguments = line.Split(' ');
        Assert.Equal([sentence], CommandLine.Parse(arguments).Errors.Select(error => UnreadableValue.Words(error.Message)));
        Assert.Equal(ExitCode.Refused, await CommandLine.RunAsync(arguments));
    }
}
