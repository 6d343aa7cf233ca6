using System.CommandLine;
using EdgeInspector.Cli.Arguments;

namespace EdgeInspector.Tests.Cli;

public sealed class FractionOptionTests
{
    private static ParseResult Parse(params string[] arguments)
    {
        Option<double> option = FractionOption.Create("--threshold", "", 0.5);
        return new RootCommand { option }.Parse(arguments);
    }

    [Theory]
    [InlineData("90", "--threshold: 90 is out of range; give a number from 0 to 1. Write 0.9 for 90 %.")]
    [InlineData("90%", "--threshold: \"90%\" is no number; give one from 0 to 1, such as 0.5. Write 0.9 for 90 %.")]
    [InlineData("0,9", "--threshold: \"0,9\" is no number; give one from 0 to 1, such as 0.5. Write 0.9.")]
    [InlineData("-1", "--threshold: -1 is out of range; give a number from 0 to 1.")]
    [InlineData("high", "--threshold: \"high\" is no number; give one from 0 to 1, such as 0.5.")]
    [InlineData("NaN", "--threshold: \"NaN\" is no number; give one from 0 to 1, such as 0.5.")]
    public void What_is_no_share_is_refused_with_its_name_and_what_was_meant(string value, string said) =>
        Assert.Equal(said, Assert.Single(Parse("--threshold", value).Errors).Message);

    [Theory]
    [InlineData(0.9, "--threshold", "0.9")]
    [InlineData(1, "--threshold", "1")]
    [InlineData(0.5)]
    public void A_share_is_taken_and_the_default_without_one(double expected, params string[] arguments)
    {
        ParseResult parsed = Parse(arguments);
        Assert.Empty(parsed.Errors);
        Assert.Equal(expected, parsed.GetValue<double>("--threshold"));
    }
}
