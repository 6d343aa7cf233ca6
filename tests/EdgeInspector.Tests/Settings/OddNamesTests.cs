using System.Collections;
using EdgeInspector.Cli.Arguments;
using EdgeInspector.Settings;

namespace EdgeInspector.Tests.Settings;

/// <summary>Names and values that could be taken for something else: for a path, a block, a list or a variable.</summary>
public sealed class OddNamesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{ "Rules": { "defect:scratch": {}, "Defect:Scratch": {} } }""", "has Rules:Defect:Scratch twice")]
    [InlineData("""{ "Rules": { "defect:scratch": { "": 1 } } }""", "has a setting without a name in Rules:defect:scratch.")]
    public void A_fault_of_the_file_shows_a_name_with_a_colon_as_it_stands_there(string json, string said) =>
        Assert.Contains(said, Reading.FileFault(json), StringComparison.Ordinal);

    [Theory]
    [InlineData("defect")]
    [InlineData("defect:scratch")]
    [InlineData("a:b:c")]
    public void A_problem_in_a_machines_block_is_said_to_stand_there_also_below_a_name_with_colons(string tag)
    {
        LayeredSettings settings = Gather(
            $$"""
            {
              "Stations": { "weld-3": { "Camera": {} } },
              "Machines": { "m": { "Stations": { "weld-3": { "Rules": { "{{tag}}": { "Threshold": 7 } } } } } }
            }
            """,
            "m");
        SettingsProblem problem = Assert.Single(SettingsReader.Read<SampleOptions>(settings).Problems);
        Assert.Equal($"Stations:weld-3:Rules:{tag}:Threshold", problem.Path);
        Assert.Equal(
            "It stands in this machine's block under Machines.", SettingsSources.GivenBy(problem.Path, settings, new Hashtable(), []));
    }

    [Fact]
    public void A_name_with_a_colon_and_a_path_that_looks_the_same_are_two()
    {
        LayeredSettings settings = Gather("""{ "Places": { "a:b": "1", "a": { "b": "2" } } }""");
        Assert.Equal(
            ("1", "2"), (settings.Find(["Places", "a:b"])?.Text, settings.Find(["Places", "a", "b"])?.Text));
        settings.Override("Places:a:b", "3", SettingsOrigin.Argument);
        Assert.Equal(["1", "3"], settings.Values.Select(value => value.Text));
    }

    [Theory]
    [InlineData("weld__3")]
    [InlineData("weld:3")]
    public void The_secret_of_a_station_with_an_odd_name_is_used_and_not_called_unused(string station)
    {
        Assert.SkipWhen(
            OperatingSystem.IsWindows() && station.Contains(':', StringComparison.Ordinal), "Windows has no files of such a name.");
        Directory.CreateDirectory(_folder["secrets"]);
        string file = _folder.Write($"secrets/Stations__{station}__Camera__Url__Password", "open sesame\n");
        const string Camera = """{ "Url": { "Address": "rtsp://cam/1", "UserName": "joe" } }""";
        LayeredSettings settings = Gather($$"""{ "Stations": { "{{station}}": { "Model": "m", "Camera": {{Camera}} } } }""");
        SecretFolders.Fill(typeof(AgentOptions), settings, [_folder["secrets"]]);
        Assert.Equal(file, SettingsReader.Read<AgentOptions>(settings).Value!.Stations[station].Camera!.Url!.PasswordFile);
        Assert.Empty(SecretFolders.Strays(typeof(AgentOptions), settings, [_folder["secrets"]]));
    }

    [Fact]
    public void The_origins_of_all_values_are_told_in_the_order_in_which_they_came_and_no_secret_is_shown()
    {
        LayeredSettings settings = SettingsSources.Gather(
            _folder.Write(
                "a.json",
                """
                {
                  "Stations": { "weld:3": { "Camera": { "Url": { "Password": "sesame" } }, "Rules": { "a:b": { "Threshold": 0.5 } } } },
                  "line": "x", "Mqtt": { "Host": null }, "Machines": { "m": { "Mqtt": { "Port": 8883 } } }
                }
                """),
            new Hashtable { ["EDGEINSPECTOR_Mqtt__Password"] = "sesame" },
            ["--stations:other:Model=n", "--Line=y", "--Mqtt:Host=h"],
            "m").Settings;
        var output = new StringWriter { NewLine = "\n" };
        SettingsOrigins.Print(new SettingsFile(null, [], settings, new AgentOptions()), output);
        Assert.Equal(
            """
            Stations:weld:3:Camera:Url:Password = ***    (file)
            Stations:weld:3:Rules:a:b:Threshold = 0.5    (file)
            line = y    (command line)
            Mqtt:Host = h    (command line)
            Mqtt:Port = 8883    (machine )
            Mqtt:Password = ***    (environment)
            Stations:other:Model = n    (command line)

            """.ReplaceLineEndings("\n"),
            output.ToString());
    }

    [Fact]
    public void A_text_of_the_file_that_looks_like_a_block_or_a_list_is_a_text()
    {
        SampleOptions options = Reading.Value("""{ "Line": "{}", "Places": { "x": "[]" } }""");
        Assert.Equal(("{}", "[]"), (options.Line, options.Places["x"]));
        Assert.Equal("Providers: a single value stands here; give a list, [ … ].", Reading.Problem("""{ "Providers": "[]" }"""));
    }

    [Fact]
    public void From_outside_such_a_text_is_an_empty_block_or_list()
    {
        Assert.Empty(Reading.Value("{}", ["--Providers=[]"]).Providers!);
        Assert.NotNull(Reading.Value("""{ "Stations": { "a": {} } }""", ["--Stations:a:Camera={}"]).Stations["a"].Camera);
    }

    private LayeredSettings Gather(string json, string? machine = null) =>
        SettingsSources.Gather(_folder.Write("a.json", json), new Hashtable(), [], machine).Settings;
}
