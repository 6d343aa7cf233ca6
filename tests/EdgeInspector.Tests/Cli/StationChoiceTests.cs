using EdgeInspector.Cli;
using EdgeInspector.Tests.Hosting;

namespace EdgeInspector.Tests.Cli;

/// <summary>Who does not say for which station is told how to say it to the command that he gave.</summary>
[Collection(nameof(WorkingDirectoryTests))]
public sealed class StationChoiceTests : IDisposable
{
    private readonly string _workingDirectory = Environment.CurrentDirectory;
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        Environment.CurrentDirectory = _workingDirectory;
        _folder.Dispose();
    }

    [Theory]
    [InlineData("stations learn", "Say for which station: stations learn NAME; there are a, b.")]
    [InlineData("stations learn c", "There is no station 'c'; there are a, b.")]
    [InlineData("models rollback", "Say for which station with --station; there are a, b.")]
    [InlineData("models rollback --station c", "There is no station 'c'; there are a, b.")]
    public async Task Told(string line, string words)
    {
        string settings = Path.Combine(_folder.Path, "settings.json");
        const string Station = """{ "Camera": { "Simulated": {} }, "Model": "part-classifier" }""";
        await File.WriteAllTextAsync(
            settings,
            $$"""{ "DataFolder": "data", "Stations": { "a": {{Station}}, "b": {{Station}} } }""",
            TestContext.Current.CancellationToken);
        RefusedException refused = await Assert.ThrowsAsync<RefusedException>(
            () => CommandLine.Parse([.. line.Split(' '), "--settings", settings])
                .InvokeAsync(new() { EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken));
        Assert.Equal(words, refused.Message);
    }
}
