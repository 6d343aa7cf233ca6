using EdgeInspector.Capture;
using EdgeInspector.Capture.Cameras;
using EdgeInspector.Delivery.RemoteControl;
using EdgeInspector.Demo;
using EdgeInspector.Hosting;
using EdgeInspector.Hosting.RemoteControl;
using EdgeInspector.Inspection.Predictions;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Verdicts;
using EdgeInspector.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.Tests.Hosting.RemoteControl;

/// <summary>An agent that finds what was commanded before it was started.</summary>
public sealed class CommandedAgentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static CommandedThreshold Threshold(string? tag, double threshold, double? inSettings) =>
        new(tag, threshold, inSettings, DateTimeOffset.UtcNow, "quality", null);

    private CommandedFile Commands => new(_folder.Path, TimeProvider.System, NullLogger.Instance);

    private void Given(CommandedPause? pause, params CommandedThreshold[] thresholds) =>
        Assert.Null(Commands.Update("a", _ => new Commanded(pause, thresholds)));

    private Agent Start(Func<StationSettings, StationSettings>? change = null, bool enabled = true) =>
        Agent.Build(Options(change, enabled), TimeProvider.System, NullLoggerFactory.Instance);

    private AgentOptions Options(Func<StationSettings, StationSettings>? change = null, bool enabled = true)
    {
        var station = new StationSettings
        {
            Camera = new CameraOptions { Simulated = new SimulatedOptions() },
            Model = Path.Combine(ShippedModels.Folder(null), "part-classifier"),
        };
        return new AgentOptions
        {
            DataFolder = _folder.Path,
            Commands = new CommandOptions { Enabled = enabled },
            Stations = new() { ["a"] = change?.Invoke(station) ?? station },
        };
    }

    private static Station Of(Agent agent) => Assert.Single(agent.Stations);

    /// <summary>What the rules in force make of a scratch that the model gives 0.4.</summary>
    private static VerdictKind OfAFaintScratch(Agent agent) =>
        Of(agent).Rules.JudgePart([new Prediction("ok", 0.6f), new Prediction("scratch", 0.4f)]).Kind;

    [Fact]
    public async Task A_pause_and_a_threshold_hold_after_a_restart()
    {
        await using (Agent agent = Start())
            Assert.Equal((null, VerdictKind.Pass), (Of(agent).PausedBecause, OfAFaintScratch(agent)));
        Given(new CommandedPause(DateTimeOffset.UtcNow, "shift 2", "the lamp is being changed."), Threshold("scratch", 0.35, null));
        await using Agent again = Start();
        Assert.StartsWith("Paused by shift 2 since", Of(again).PausedBecause, StringComparison.Ordinal);
        Assert.Contains(
            ": the lamp is being changed. Its parts get none",
            Of(again).Health.Complaints[Station.PauseComponent],
            StringComparison.Ordinal);
        Assert.Equal(VerdictKind.Reject, OfAFaintScratch(again));
    }

    [Fact]
    public async Task A_change_of_the_settings_ends_the_thresholds_that_it_is_about_and_no_others()
    {
        Given(null, Threshold("scratch", 0.35, null));
        await using Agent agent = Start();
        Assert.Empty(agent.Apply(Options(s => s with { UncertainBand = 0.01 })).Problems);
        Assert.Equal(VerdictKind.Reject, OfAFaintScratch(agent));
        Assert.Equal(["a"], agent.Apply(Options(s => s with { Rules = new() { ["scratch"] = new() { Threshold = 0.45 } } })).Applied);
        Assert.Equal(VerdictKind.Pass, OfAFaintScratch(agent));
        Assert.Empty(Commands["a"].Thresholds);
    }

    [Fact]
    public async Task Settings_that_were_changed_while_the_agent_was_down_have_the_last_word_too()
    {
        Given(null, Threshold("scratch", 0.35, null));
        await using Agent agent = Start(s => s with { Rules = new() { ["scratch"] = new() { Threshold = 0.45 } } });
        Assert.Equal(VerdictKind.Pass, OfAFaintScratch(agent));
        Assert.Empty(Commands["a"].Thresholds);
    }

    [Fact]
    public async Task A_threshold_for_a_tag_that_the_model_does_not_know_does_not_keep_the_agent_from_starting()
    {
        Given(null, Threshold("bubble", 0.35, null), Threshold(null, 0.3, 0.5));
        await using Agent agent = Start();
        Assert.Equal(VerdictKind.Reject, OfAFaintScratch(agent));
        Assert.Null(Assert.Single(Commands["a"].Thresholds).Tag);
    }

    [Fact]
    public async Task Where_commands_are_off_nothing_that_was_commanded_holds()
    {
        Given(new CommandedPause(DateTimeOffset.UtcNow, null, null), Threshold("scratch", 0.35, null));
        await using Agent agent = Start(enabled: false);
        Assert.Equal((null, VerdictKind.Pass), (Of(agent).PausedBecause, OfAFaintScratch(agent)));
        Assert.Equal((null, 0), (Commands["a"].Pause, Commands["a"].Thresholds.Count));
    }

    [Fact]
    public async Task A_damaged_file_is_told_in_the_state()
    {
        File.WriteAllText(Path.Combine(_folder.Path, CommandedFile.FileName), "{");
        await using Agent agent = Start();
        Assert.Contains("can't be read", Of(agent).Health.Complaints[CommandedFile.Component], StringComparison.Ordinal);
    }
}
