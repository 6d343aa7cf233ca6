using EdgeInspector.Delivery.RemoteControl;
using EdgeInspector.Hosting.RemoteControl;
using EdgeInspector.Inspection.Rules;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.Tests.Hosting.RemoteControl;

public sealed class CommandedFileTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 11, 25, 14, 0, 0, TimeSpan.Zero);

    private static readonly Commanded Something = new(
        new CommandedPause(At, "shift 2", "the lamp is being changed"),
        [
            new CommandedThreshold("scratch", 0.35, null, At, "quality", "too many slipped"),
            new CommandedThreshold(null, 0.1 + 0.2, 0.5, At, null, null),
        ]);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private CommandedFile Open() => new(_folder.Path, TimeProvider.System, NullLogger.Instance);

    private string InFolder => Path.Combine(_folder.Path, CommandedFile.FileName);

    [Fact]
    public void What_holds_survives_a_restart_to_the_last_digit_and_other_stations_stay_as_they_are()
    {
        Assert.Equal(Commanded.Nothing, Open()["a"]);
        CommandedFile file = Open();
        Assert.Null(file.Update("a", _ => Something));
        Assert.Null(file.Update("b", _ => Commanded.Nothing with { Pause = Something.Pause }));
        CommandedFile again = Open();
        Assert.Null(again.Problem);
        Assert.Equal(Something.Pause, again["a"].Pause);
        Assert.Equal(Something.Thresholds, again["a"].Thresholds);
        Assert.Equal(Something.Pause, again["b"].Pause);
        Assert.Equal([InFolder], Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"version\":2,\"stations\":{}}")]
    [InlineData("{\"version\":1}")]
    [InlineData("{\"version\":1,\"stations\":{\"a\":null}}")]
    [InlineData("{\"version\":1,\"stations\":{\"a\":{\"pause\":null}}}")]
    [InlineData("{\"version\":1,\"stations\":{\"a\":{\"thresholds\":[null]}}}")]
    [InlineData("{\"version\":1,\"stations\":{\"a\":{\"thresholds\":[{\"tag\":\"x\",\"threshold\":1.5}]}}}")]
    [InlineData(
        "{\"version\":1,\"stations\":{\"a\":{\"thresholds\":[{\"tag\":\"x\",\"threshold\":0.5},{\"tag\":\"x\",\"threshold\":0.6}]}}}")]
    [InlineData("{\"version\":1,\"stations\":{\"a\":{\"pause\":{\"by\":\"a\\u0007b\"},\"thresholds\":[]}}}")]
    public void A_file_that_does_not_say_what_it_should_is_set_aside_and_told(string content)
    {
        File.WriteAllText(InFolder, content);
        CommandedFile file = Open();
        Assert.Contains("no station is paused", file.Problem, StringComparison.Ordinal);
        Assert.Equal(Commanded.Nothing, file["a"]);
        Assert.Equal(content, File.ReadAllText(Assert.Single(Directory.GetFiles(_folder.Path, "commanded.json.set-aside-*"))));
        Assert.Null(file.Update("a", _ => Something));
        Assert.Null(Open().Problem);
    }

    [Fact]
    public void A_threshold_that_is_a_percentage_is_named_with_station_and_tag()
    {
        File.WriteAllText(InFolder, "{\"version\":1,\"stations\":{\"weld-3\":{\"thresholds\":[{\"tag\":\"dent\",\"threshold\":90}]}}}");
        Assert.Contains(
            "threshold of tag 'dent' at station 'weld-3' is 90; it must be from 0 to 1. Write 0.9 for 90 %.",
            Open().Problem,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_can_be_written_it_holds_until_the_end_and_that_is_said()
    {
        CommandedFile file = Open();
        Directory.CreateDirectory(InFolder + ".new");
        Assert.Contains("holds only until the agent ends", file.Update("a", _ => Something), StringComparison.Ordinal);
        Assert.Same(Something, file["a"]);
    }

    [Fact]
    public void Commanded_thresholds_stand_in_the_place_of_those_of_the_settings_and_leave_the_rest_alone()
    {
        var settings = new RuleOptions
        {
            Threshold = 0.5,
            UncertainBand = 0.1,
            PassTags = ["ok"],
            Rules = new() { ["scratch"] = new() { Threshold = 0.6, RejectAtCount = 2 }, ["dent"] = new() { Threshold = 0.7 } },
        };
        CommandedThreshold[] commanded = [Threshold("scratch", 0.3, 0.6), Threshold("burr", 0.2, null), Threshold(null, 0.4, 0.5)];
        RuleOptions under = new StationRules(settings, commanded).InForce;
        Assert.Equal((0.4, 0.1, settings.PassTags), (under.Threshold, under.UncertainBand, under.PassTags));
        Assert.Equal(new TagRuleOptions { Threshold = 0.3, RejectAtCount = 2 }, under.Rules["scratch"]);
        Assert.Equal((0.7, 0.2), (under.Rules["dent"].Threshold, under.Rules["burr"].Threshold));
        Assert.Equal(0.6, settings.Rules["scratch"].Threshold);
    }

    [Fact]
    public void Whoever_changes_the_same_threshold_in_the_settings_later_has_the_last_word()
    {
        CommandedThreshold[] commanded = [Threshold("scratch", 0.3, 0.6), Threshold("burr", 0.2, null), Threshold(null, 0.4, 0.5)];
        var settings = new RuleOptions { Threshold = 0.5, Rules = new() { ["scratch"] = new() { Threshold = 0.6 } } };
        Assert.Equal(commanded, StillHolding(settings, commanded));
        Assert.Equal(commanded, StillHolding(settings with { UncertainBand = 0.1 }, commanded));
        Assert.Equal(commanded[..2], StillHolding(settings with { Threshold = 0.45 }, commanded));
        Assert.Equal(commanded[1..], StillHolding(settings with { Rules = [] }, commanded));
        Assert.Equal(
            [commanded[0], commanded[2]],
            StillHolding(settings with { Rules = new(settings.Rules) { ["burr"] = new() { Threshold = 0.2 } } }, commanded));
    }

    private static IEnumerable<CommandedThreshold> StillHolding(RuleOptions settings, CommandedThreshold[] commanded) =>
        commanded.Where(new StationRules(settings, commanded).StillHolds);

    private static CommandedThreshold Threshold(string? tag, double threshold, double? inSettings) =>
        new(tag, threshold, inSettings, At, null, null);
}
