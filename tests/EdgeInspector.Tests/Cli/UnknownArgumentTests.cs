using System.CommandLine;
using EdgeInspector.Cli;
using EdgeInspector.Cli.Arguments;

namespace EdgeInspector.Tests.Cli;

/// <summary>An option that is mistyped is refused: whoever wrote it would take what he reads for what he asked.</summary>
public sealed class UnknownArgumentTests
{
    [Theory]
    [InlineData("audit verify --data d --contain 000", "--contain", "did you mean --contains?", "--key-file")]
    [InlineData("audit verify --data d --contain=000", "--contain=000", "--contains", "--key-file")]
    [InlineData("audit verify --data d --keyfile /nonexistent", "--keyfile", "did you mean --key-file?", "--contains")]
    [InlineData("audit export --data d --prat L4", "--prat", "did you mean --part?", "--station")]
    [InlineData("audit export --data d --prat=L4", "--prat=L4", "--part", "--station")]
    [InlineData("audit verify --data d --DataFolder=elsewhere", "--DataFolder=elsewhere", "not read", "--data")]
    [InlineData("audit verify d", "d", "not known", "--data")]
    [InlineData("models verify package --forse", "--forse", "did you mean --force?", "--public-key")]
    [InlineData("models verify package --jsn=x", "--jsn=x", "--json", "--station")]
    [InlineData("models verify package --Models:PublicKeys:0=x", "--Models:PublicKeys:0=x", "not read", "--station")]
    [InlineData("models prove package --images . --limt 3", "--limt", "did you mean --limit?", "--images")]
    [InlineData("models prove package --images . --limt=3", "--limt=3", "--limit", "--images")]
    [InlineData("models list --jsn", "--jsn", "did you mean --json?", "--history")]
    [InlineData("stations learn weld-3 --form good", "--form", "did you mean --from?", "--forget")]
    [InlineData("fleet --onse", "--onse", "did you mean --once?", "--expect")]
    [InlineData("doctor --quick", "--quick", "not known", "--settings")]
    [InlineData("config check --al", "--al", "did you mean --all?", "--machine")]
    [InlineData("run --fast", "--fast", "not known", "--settings")]
    [InlineData("--fast", "--fast", "not known", "--settings")]
    public async Task An_argument_that_has_no_effect_is_refused_by_name_with_what_there_is(
        string line, string argument, string words, string another)
    {
        string[] arguments = line.Split(' ');
        ParseResult parsed = CommandLine.Parse(arguments);
        Assert.Empty(parsed.Errors);
        string problem = Assert.Single(UnknownArguments.In(parsed));
        Assert.Contains($"'{argument}'", problem, StringComparison.Ordinal);
        Assert.Contains(words, problem, StringComparison.Ordinal);
        Assert.Contains(another, problem, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Refused, await CommandLine.RunAsync(arguments));
    }

    [Theory]
    [InlineData("models remove package --fource")]
    [InlineData("audit --data d")]
    [InlineData("simulate --out x --cuont 3")]
    [InlineData("demo --prats 3")]
    [InlineData("config reference --schemas")]
    [InlineData("bench --jsno")]
    public void Commands_without_settings_refuse_it_too(string line)
    {
        ParseResult parsed = CommandLine.Parse(line.Split(' '));
        Assert.True(parsed.Errors.Count + UnknownArguments.In(parsed).Count > 0);
    }

    [Theory]
    [InlineData("run --Line=line-7 --Stations:weld-3:Trigger:Kind=Mqtt")]
    [InlineData("audit verify --DataFolder=elsewhere")]
    [InlineData("audit verify --data d --contains 000 --key-file k")]
    [InlineData("models verify package --station weld-3 --DataFolder=d")]
    [InlineData("fleet --broker b --Mqtt:UserName=u")]
    [InlineData("stations learn weld-3 --DataFolder=d")]
    public void Settings_and_known_options_are_taken(string line)
    {
        ParseResult parsed = CommandLine.Parse(line.Split(' '));
        Assert.Empty(parsed.Errors);
        Assert.Empty(UnknownArguments.In(parsed));
    }
}
