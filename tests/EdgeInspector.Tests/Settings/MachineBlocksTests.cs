using System.Collections;
using EdgeInspector.Settings;

namespace EdgeInspector.Tests.Settings;

public sealed class MachineBlocksTests
{
    private const string Fleet = """
        {
          "Line": "spare", "Broker": { "Port": 1884, "Protocol": "3.1.1" }, "Providers": ["cpu", "cuda"],
          "Stations": { "weld-3": { "Camera": {}, "Threshold": 0.4, "Ports": [1, 2] }, "weld-4": { "Camera": {} } },
          "Machines": {
            "linepc-17": {
              "Line": "line-7", "Broker": { "Port": 8883 }, "Providers": ["openvino"],
              "Stations": { "weld-3": { "Threshold": 0.6, "Ports": [] }, "weld-4": null }
            },
            "linepc-18": { "Line": null, "Stations": { "weld-5": { "Camera": {}, "Threshold": 7 } } }
          }
        }
        """;

    [Fact]
    public void The_block_of_the_machine_is_laid_over_the_rest()
    {
        SampleOptions options = Read("linepc-17").Value!;
        Assert.Equal(("line-7", 8883, "3.1.1"), (options.Line, options.Broker.Port, options.Broker.Protocol));
        Assert.Equal(0.6, options.Stations["weld-3"].Threshold);
    }

    [Fact]
    public void A_list_replaces_the_whole_list()
    {
        SampleOptions options = Read("linepc-17").Value!;
        Assert.Equal(["openvino"], options.Providers);
        Assert.Empty(options.Stations["weld-3"].Ports);
    }

    [Fact]
    public void Null_takes_away_a_station_and_gives_a_setting_back_to_its_default()
    {
        Assert.Equal(["weld-3"], Read("linepc-17").Value!.Stations.Keys);
        Assert.Equal("line-1", Read("linepc-18", "--Stations:weld-5:Threshold=0.5").Value!.Line);
    }

    [Fact]
    public void The_case_of_the_name_does_not_count() => Assert.Equal("line-7", Read("LINEPC-17").Value!.Line);

    [Fact]
    public void A_mistake_in_another_machines_block_stops_nobody_else()
    {
        Assert.Empty(Read("linepc-17").Problems);
        Assert.StartsWith("Stations:weld-5:Threshold", Assert.Single(Read("linepc-18").Problems).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_machine_without_a_block_gets_the_rest_unless_it_was_named_by_somebody()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("a.json", Fleet);
        // This host has no block.
        (LayeredSettings settings, string? machine) = SettingsSources.Gather(file, new Hashtable(), []);
        Assert.Null(machine);
        Assert.Equal("spare", settings.Find("Line")!.Text);
        Assert.Null(settings.Find("Machines"));
        Assert.Contains(
            "did you mean \"linepc-1",
            Assert.Throws<SettingsFileException>(
                () => SettingsSources.Gather(file, new Hashtable { ["EDGEINSPECTOR_MACHINE"] = "linepc-71" }, [])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_environment_goes_over_the_machine_and_the_command_line_over_both()
    {
        using var folder = new TemporaryFolder();
        var environment = new Hashtable
        {
            ["EDGEINSPECTOR_MACHINE"] = "linepc-17",
            ["EDGEINSPECTOR_Line"] = "env",
            ["EDGEINSPECTOR_Broker__Port"] = "5",
        };
        LayeredSettings settings = SettingsSources.Gather(folder.Write("a.json", Fleet), environment, ["--Broker:Port=6"]).Settings;
        Assert.Equal(("env", SettingsOrigin.Environment), (settings.Find("Line")!.Text, settings.Find("Line")!.Origin));
        Assert.Equal(("6", SettingsOrigin.Argument), (settings.Find("Broker:Port")!.Text, settings.Find("Broker:Port")!.Origin));
        Assert.Equal(SettingsOrigin.Machine, settings.Find("Stations:weld-3:Threshold")!.Origin);
        Assert.Equal(SettingsOrigin.File, settings.Find("Broker:Protocol")!.Origin);
        Assert.Empty(SettingsReader.Read<SampleOptions>(settings).Problems);
    }

    [Theory]
    [InlineData("""{ "Machines": [] }""", "Machines: a block for each machine")]
    [InlineData("""{ "Machines": "a" }""", "Machines: a block for each machine")]
    [InlineData("""{ "Machines": { "a": 5 } }""", "Machines:a: a block of settings")]
    [InlineData("""{ "Machines": { "a": null } }""", "Machines:a: a block of settings")]
    [InlineData(
        """{ "Machines": { "a": { "Machines": { "b": {} } } } }""", "Machines:a:Machines: the block of a machine holds no machines")]
    public void A_section_that_is_none_is_refused(string json, string reason)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("a.json", json);
        Assert.StartsWith(
            reason,
            Assert.Throws<SettingsFileException>(() => SettingsSources.Gather(file, new Hashtable(), [])).Message,
            StringComparison.Ordinal);
    }

    private static SettingsResult<SampleOptions> Read(string machine, params string[] overrides)
    {
        using var folder = new TemporaryFolder();
        return SettingsReader.Read<SampleOptions>(
            SettingsSources.Gather(folder.Write("a.json", Fleet), new Hashtable(), overrides, machine).Settings);
    }
}
