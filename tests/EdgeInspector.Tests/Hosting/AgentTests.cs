using EdgeInspector.Capture;
using EdgeInspector.Capture.Cameras;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Demo;
using EdgeInspector.Hosting;
using EdgeInspector.Inspection.Rules;
using EdgeInspector.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeInspector.Tests.Hosting;

public sealed class AgentTests
{
    private static StationSettings Station(string? model = null) => new()
    {
        Camera = new CameraOptions { Simulated = new SimulatedOptions() },
        Model = model ?? Path.Combine(ShippedModels.Folder(null), "part-classifier"),
    };

    private static AgentOptions Options(params (string Name, StationSettings Station)[] stations) =>
        new() { Stations = stations.ToDictionary(s => s.Name, s => s.Station, StringComparer.Ordinal) };

    private static Agent Build(AgentOptions options) => Agent.Build(options, TimeProvider.System, NullLoggerFactory.Instance);

    [Fact]
    public async Task A_changed_threshold_is_put_in_force_at_its_station_only()
    {
        await using Agent agent = Build(Options(("a", Station()), ("b", Station())));
        RuleSet[] before = [.. agent.Stations.Select(station => station.Rules)];
        SettingsChange change = agent.Apply(Options(("a", Station()), ("b", Station() with { Threshold = 0.7 })));
        RuleSet[] after = [.. agent.Stations.Select(station => station.Rules)];
        Assert.Equal(["b"], change.Applied);
        Assert.Empty(change.AtNextStart);
        Assert.Empty(change.Problems);
        Assert.Same(before[0], after[0]);
        Assert.NotSame(before[1], after[1]);
    }

    [Fact]
    public async Task A_change_with_one_bad_rule_changes_nothing()
    {
        await using Agent agent = Build(Options(("a", Station()), ("b", Station())));
        RuleSet[] before = [.. agent.Stations.Select(station => station.Rules)];
        StationSettings misspelt = Station() with { Rules = new() { ["scrath"] = new() { Threshold = 0.3 } } };
        SettingsChange change = agent.Apply(Options(("a", Station() with { Threshold = 0.7 }), ("b", misspelt)));
        string problem = Assert.Single(change.Problems);
        Assert.StartsWith("Stations:b:Rules:scrath", problem, StringComparison.Ordinal);
        Assert.Empty(change.Applied);
        Assert.Equal(before, agent.Stations.Select(station => station.Rules));
    }

    [Fact]
    public async Task A_refused_change_is_told_in_the_state_of_every_station_until_the_next_good_one()
    {
        await using Agent agent = Build(Options(("a", Station()), ("b", Station())));
        agent.TellSettings(["Stations:b:Threshold: 90 is above 1."]);
        Assert.Equal(2, agent.Complaints.Count(
            complaint => complaint.Contains("settings: The changed settings are refused", StringComparison.Ordinal)));
        agent.TellSettings([]);
        Assert.DoesNotContain(agent.Complaints, complaint => complaint.Contains("settings:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_not_a_rule_waits_for_the_next_start()
    {
        await using Agent agent = Build(Options(("a", Station())));
        SettingsChange change = agent.Apply(Options(("a", Station() with { Deadline = TimeSpan.FromSeconds(1), UncertainBand = 0.1 })));
        Assert.Equal(["a"], change.Applied);
        Assert.Equal(["Stations:a:Deadline"], change.AtNextStart);
    }

    [Fact]
    public async Task A_change_of_a_secret_alone_waits_for_the_next_start_and_is_told_once()
    {
        AgentOptions With(string password, string login) => Options(
            ("a", Station() with { Camera = new CameraOptions { Url = new UrlOptions { Address = $"rtsp://{login}@10.0.0.7/" } } })) with
        {
            Mqtt = new MqttOptions { UserName = "line", Password = password },
        };
        await using Agent agent = Build(With("old", "admin:old"));
        Assert.Empty(agent.Apply(With("old", "admin:old")).AtNextStart);
        Assert.Equal(["Mqtt:Password"], agent.Apply(With("new", "admin:old")).AtNextStart);
        Assert.Equal(["Stations:a:Camera:Url:Address"], agent.Apply(With("new", "admin:new")).AtNextStart);
        Assert.Empty(agent.Apply(With("new", "admin:new")).AtNextStart);
    }

    [Fact]
    public async Task A_station_that_was_taken_out_of_the_settings_and_put_back_is_changed_as_before()
    {
        await using Agent agent = Build(Options(("a", Station()), ("b", Station())));
        Assert.Equal(["Stations:b"], agent.Apply(Options(("a", Station()))).AtNextStart);
        Assert.Equal(["b"], agent.Apply(Options(("a", Station()), ("b", Station() with { Threshold = 0.7 }))).Applied);
    }

    [Fact]
    public void All_stations_that_cannot_run_are_told_at_once()
    {
        var refused = Assert.Throws<RefusedException>(
            () => Build(Options(("a", Station("nowhere")), ("b", Station()), ("c", Station("nowhere.zip")))));
        Assert.Equal(2, refused.Problems.Count);
        Assert.StartsWith("Stations:a:Model", refused.Problems[0], StringComparison.Ordinal);
        Assert.StartsWith("Stations:c:Model", refused.Problems[1], StringComparison.Ordinal);
    }
}
