using System.Collections;
using EdgeInspector.Inspection.References;
using EdgeInspector.Settings;

namespace EdgeInspector.Tests.Settings;

public sealed class SettingsReaderTests
{
    [Fact]
    public void An_empty_file_means_the_defaults()
    {
        SampleOptions options = Reading.Value("{}");
        Assert.Equal("line-1", options.Line);
        Assert.Equal(2000, options.Broker.Port);
        Assert.Equal(["cpu"], options.Providers!);
    }

    [Fact]
    public void Everything_configured_arrives()
    {
        SampleOptions options = Reading.Value("""
            {
              // a comment
              "line": "press-2",
              "Broker": { "Protocol": "3.1.1", "Password": "geheim" },
              "Providers": ["cuda", "cpu"],
              "Places": { "Site": "Graz", },
              "Stations": {
                "Weld-3": {
                  "Threshold": 0.25, "Deadline": "1.5s", "FailSafe": "stop", "Enabled": false, "Ports": [7, 8], "Actions": [],
                  "Camera": { "Usb": {} },
                  "Rules": { "defect:Scratch": { "Threshold": 0.4 } },
                },
                "a": { "Camera": { "Url": { "Device": "x" } } }
              },
              "Serilog": { "Anything": 1 }
            }
            """);
        Assert.Equal("press-2", options.Line);
        Assert.Equal(new SampleBroker { Port = 2000, Protocol = "3.1.1", Password = "geheim" }, options.Broker);
        Assert.Equal(["cuda", "cpu"], options.Providers!);
        Assert.Equal("Graz", options.Places["Site"]);
        Assert.Equal(["Weld-3", "a"], options.Stations.Keys);
        SampleStation station = options.Stations["Weld-3"];
        Assert.Equal(0.25, station.Threshold);
        Assert.Equal(TimeSpan.FromSeconds(1.5), station.Deadline);
        Assert.Equal(SampleAction.Stop, station.FailSafe);
        Assert.False(station.Enabled);
        Assert.Equal([7, 8], station.Ports);
        Assert.Empty(station.Actions);
        Assert.Equal(0.4, station.Rules["defect:Scratch"].Threshold);
        Assert.Equal(new SampleDevice(), station.Camera!.Usb);
        Assert.Null(station.Camera.Url);
        Assert.Equal("x", options.Stations["a"].Camera!.Url!.Device);
    }

    [Fact]
    public void Null_keeps_the_default()
    {
        SampleOptions options = Reading.Value(
            """{ "Line": null, "Providers": null, "Broker": null, "Stations": { "a": null, "b": { "Camera": { "Usb": null } } } }""");
        Assert.Equal("line-1", options.Line);
        Assert.Equal(["cpu"], options.Providers!);
        Assert.Equal(2000, options.Broker.Port);
        Assert.Equal(["b"], options.Stations.Keys);
        Assert.Null(options.Stations["b"].Camera!.Usb);
    }

    [Fact]
    public void The_environment_is_over_the_file_and_arguments_over_both()
    {
        var environment = new Hashtable
        {
            ["EDGEINSPECTOR_Line"] = "env",
            ["EDGEINSPECTOR_Broker__Port"] = "1",
            ["EDGEINSPECTOR_STATIONS__WELD__DEADLINE"] = "3s",
            ["Line"] = "stranger",
        };
        SampleOptions options = Reading.Value(
            """{ "Line": "file", "Stations": { "Weld": { "Camera": {}, "Threshold": 0.1 } } }""",
            ["--line=arg", "--Stations:weld:Threshold=0.2"],
            environment);
        Assert.Equal("arg", options.Line);
        Assert.Equal(1, options.Broker.Port);
        Assert.Equal(["Weld"], options.Stations.Keys);
        Assert.Equal(TimeSpan.FromSeconds(3), options.Stations["Weld"].Deadline);
        Assert.Equal(0.2, options.Stations["Weld"].Threshold);
    }

    [Fact]
    public void Without_a_file_the_environment_and_arguments_make_blocks_and_lists()
    {
        SettingsResult<SampleOptions> result = SettingsReader.Read<SampleOptions>(Reading.Sources(
            null,
            new Hashtable { ["EDGEINSPECTOR_Stations__a__Camera__Usb__Width"] = "640" },
            ["--Providers:1=b", "--Providers:0=a", "--Places:x=a=b"]));
        Assert.Empty(result.Problems);
        Assert.Equal(640, result.Value!.Stations["a"].Camera!.Usb!.Width);
        Assert.Equal(["a", "b"], result.Value.Providers!);
        Assert.Equal("a=b", result.Value.Places["x"]);
    }

    [Fact]
    public void The_example_in_a_message_lies_in_the_range() => Assert.Equal(
        "0.5 is out of range; give a number such as 1.5, from 1 to 100.",
        SettingLimits.Problem(typeof(ReferenceOptions).GetProperty(nameof(ReferenceOptions.Margin))!, 0.5));

    [Theory]
    [InlineData("\"Threshold\": 1.4", "Stations:weld-3:Threshold: 1.4 is out of range; give a number such as 0.5, from 0 to 1.")]
    [InlineData(
        "\"Rules\": { \"scratch\": { \"Threshold\": -1 } }",
        "Stations:weld-3:Rules:scratch:Threshold: -1 is out of range; give a number such as 0.5, from 0 to 1.")]
    [InlineData(
        "\"Deadline\": \"2m\"",
        "Stations:weld-3:Deadline: 2m is out of range; give a duration such as 150ms, 2s, 5m, 1h or 00:00:02, from 1ms to 1m.")]
    [InlineData(
        "\"Deadline\": 150",
        "Stations:weld-3:Deadline: \"150\" cannot be read; give a duration such as 150ms, 2s, 5m, 1h or 00:00:02, from 1ms to 1m.")]
    [InlineData("\"Deadlin\": \"2s\"", "Stations:weld-3:Deadlin: this setting is not known; did you mean Deadline?")]
    [InlineData(
        "\"FailSafe\": \"Stopp\"",
        "Stations:weld-3:FailSafe: \"Stopp\" cannot be read; give one of Reject, Pass, Stop. Did you mean Stop?")]
    [InlineData("\"FailSafe\": 1", "Stations:weld-3:FailSafe: \"1\" cannot be read; give one of Reject, Pass, Stop.")]
    [InlineData("\"Enabled\": \"yes\"", "Stations:weld-3:Enabled: \"yes\" cannot be read; give true or false.")]
    [InlineData("\"Delay\": \"1s\"", "Stations:weld-3:Delay: Delay must be shorter than Deadline.")]
    [InlineData(
        "\"Deadline\": {}",
        "Stations:weld-3:Deadline: a block stands here; give a duration such as 150ms, 2s, 5m, 1h or 00:00:02, from 1ms to 1m.")]
    [InlineData("\"Rules\": []", "Stations:weld-3:Rules: a list, [ … ], stands here; give a block, { … }.")]
    [InlineData("\"Ports\": 7", "Stations:weld-3:Ports: a single value stands here; give a list, [ … ].")]
    [InlineData("\"Ports\": { \"0\": 7 }", "Stations:weld-3:Ports: a block, { … }, stands here; give a list, [ … ].")]
    [InlineData("\"Ports\": [7, \"x\"]", "Stations:weld-3:Ports:1: \"x\" cannot be read; give a whole number.")]
    [InlineData("\"Ports\": [7, null]", "Stations:weld-3:Ports:1: the entry is null; remove it or give a value.")]
    [InlineData("\"Ports\": [7.5]", "Stations:weld-3:Ports:0: \"7.5\" cannot be read; give a whole number.")]
    [InlineData("\"Threshold\": \"NaN\"", "Stations:weld-3:Threshold: \"NaN\" cannot be read; give a number such as 0.5, from 0 to 1.")]
    public void A_problem_of_a_station_says_where_what_and_how_to_mend_it(string content, string expected) =>
        Assert.Equal(expected, Reading.Problem(Reading.Station(content)));

    [Theory]
    [InlineData("""{ "Broker": 5 }""", "Broker: a single value stands here; give a block, { … }.")]
    [InlineData("""{ "Broker": { "Port": 70000 } }""", "Broker:Port: 70000 is out of range; give a whole number, from 1 to 65535.")]
    [InlineData(
        """{ "Broker": { "Port": 99999999999999 } }""",
        "Broker:Port: \"99999999999999\" cannot be read; give a whole number, from 1 to 65535.")]
    [InlineData("""{ "Broker": { "Protocol": 6 } }""", "Broker:Protocol: \"6\" is not allowed; give \"5\" or \"3.1.1\".")]
    [InlineData("""{ "Line": "" }""", "Line: this setting is required; give a text.")]
    [InlineData("""{ "Line": "much too long" }""", "Line: the text has 13 characters; give 1 to 8.")]
    [InlineData("""{ "Stations": { "weld-3": {} } }""", "Stations:weld-3:Camera: this setting is required; add it.")]
    [InlineData("""{ "Stations": { "forbidden": { "Camera": {} } } }""", "Stations: The station may not be called so.")]
    [InlineData("""{ "Line": "whole" }""", "The whole is wrong.")]
    [InlineData(
        """{ "Nonsense": {} }""",
        "Nonsense: this setting is not known; remove it, or write one of Line, Broker, Stations, Places, Providers.")]
    [InlineData(
        """{ "Stations": { "a": { "Camera": { "Usb": { "Width": -1 } } } } }""",
        "Stations:a:Camera:Usb:Width: -1 is out of range; give a whole number, at least 0.")]
    public void A_problem_says_where_what_and_how_to_mend_it(string json, string expected) => Assert.Equal(expected, Reading.Problem(json));

    [Fact]
    public void All_problems_come_at_once()
    {
        SettingsResult<SampleOptions> result = Reading.Read(
            """
            {
              "Lin": 1, "Broker": { "Port": 0, "Protocol": "4" },
              "Stations": { "a": { "Deadline": "x", "Camera": { "Usb": 1 } }, "b": 3 }, "Places": { "x": [] }
            }
            """);
        Assert.Equal(
            ["Lin", "Broker:Port", "Broker:Protocol", "Stations:a:Deadline", "Stations:a:Camera:Usb", "Stations:b", "Places:x"],
            result.Problems.Select(problem => problem.Path));
    }

    [Fact]
    public void A_secret_never_appears_in_a_problem()
    {
        SettingsResult<SampleOptions> result = Reading.Read(
            """{ "Broker": { "Password": "topsecret-and-far-too-long", "Pin": 123456, "Port": "rtsp://joe:topsecret@cam" } }""");
        Assert.Equal(3, result.Problems.Count);
        Assert.DoesNotContain(result.Problems, problem => problem.ToString().Contains("topsecret", StringComparison.Ordinal)
            || problem.ToString().Contains("123456", StringComparison.Ordinal));
    }

    [Fact]
    public void Defaults_that_are_shared_stay_as_they_are()
    {
        SharedDefault first = SettingsReader.Read<SharedDefault>(Reading.Sources(null, new Hashtable(), ["--Broker:Port=5"])).Value!;
        SharedDefault second = SettingsReader.Read<SharedDefault>(Reading.Sources(null, new Hashtable(), [])).Value!;
        Assert.Equal((5, 1883), (first.Broker.Port, second.Broker.Port));
    }

    internal sealed record SharedDefault
    {
        private static readonly SampleBroker Usual = new();

        public SampleBroker Broker { get; init; } = Usual;
    }
}
