using System.Reflection;
using EdgeInspector.Capture.ImageFiles;
using EdgeInspector.Doctor;
using EdgeInspector.Inference.Tiling;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.ModelStore.Trials;
using EdgeInspector.Settings;
using Microsoft.Extensions.Time.Testing;

namespace EdgeInspector.Tests.Hosting;

/// <summary>The working directory belongs to the whole process: these tests run alone.</summary>
[CollectionDefinition(nameof(WorkingDirectoryTests), DisableParallelization = true)]
public sealed class WorkingDirectoryTests;

[Collection(nameof(WorkingDirectoryTests))]
public sealed class SettingsFileTests : IDisposable
{
    private const string Good = """
        {
          "Line": "line-7",
          "Stations": {
            "weld-3": {
              "Camera": { "Folder": { "Path": "pictures" } },
              "Model": "models/parts",
              "Rules": { "scratch": { "Threshold": 0.4 } }
            }
          }
        }
        """;

    private readonly string _workingDirectory = Environment.CurrentDirectory;
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        Environment.CurrentDirectory = _workingDirectory;
        _folder.Dispose();
    }

    [Fact]
    public void A_named_file_is_read_and_its_folder_becomes_the_working_directory()
    {
        SettingsFile settings = SettingsFile.Load(_folder.Write("my.json", Good), ["--Stations:weld-3:Deadline=80ms"]);
        Assert.Equal("line-7", settings.Options.Line);
        Assert.Equal(0.4, settings.Options.Stations["weld-3"].Rules["scratch"].Threshold);
        Assert.Equal(TimeSpan.FromMilliseconds(80), settings.Options.Stations["weld-3"].Deadline);
        Assert.Equal(_folder["my.json"], settings.Path);
        Assert.True(File.Exists("my.json"));
    }

    [Fact]
    public void The_file_that_the_environment_names_comes_before_that_of_the_working_directory()
    {
        _folder.Write("appsettings.json", Good);
        Environment.CurrentDirectory = _folder.Path;
        try
        {
            Environment.SetEnvironmentVariable(
                "EDGEINSPECTOR_SETTINGS", _folder.Write("installed.json", Good.Replace("line-7", "line-8", StringComparison.Ordinal)));
            Assert.Equal("line-8", SettingsFile.Load(null, []).Options.Line);
            Assert.Equal("line-7", SettingsFile.Load("appsettings.json", []).Options.Line);
            Environment.SetEnvironmentVariable("EDGEINSPECTOR_SETTINGS", _folder["gone.json"]);
            Assert.Contains(
                "EDGEINSPECTOR_SETTINGS: the file",
                Assert.Throws<RefusedException>(() => SettingsFile.Load(null, [])).Message,
                StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("EDGEINSPECTOR_SETTINGS", null);
        }
    }

    [Fact]
    public void Regions_may_be_rectangles_or_polygons_and_a_bad_one_is_named_with_its_place()
    {
        string With(string regions) => Good.Replace(
            "\"Rules\"",
            $"\"Tiling\": {{ \"Width\": 480, \"Mask\": \"mask.png\", \"Regions\": [ {regions} ] }}, \"Rules\"",
            StringComparison.Ordinal);
        const string Rectangle = """{ "Left": 0.5, "Width": 0.5 }""",
            Polygon = """{ "Points": [ { "X": 0, "Y": 0 }, { "X": 1, "Y": 0 }, { "X": 0.5, "Y": 1 } ] }""";
        var tiling = SettingsFile.Load(_folder.Write("good.json", With($"{Rectangle}, {Polygon}")), []).Options.Stations["weld-3"].Tiling;
        Assert.Equal(
            ("mask.png", 2, 3, 0.5), (tiling.Mask, tiling.Regions.Count, tiling.Regions[1].Points.Count, tiling.Regions[1].Points[2].X));
        Assert.Contains(
            "Stations:weld-3:Tiling:Regions:0:Points",
            Assert.Throws<RefusedException>(() => SettingsFile.Load(
                _folder.Write("bad.json", With(Polygon.Replace("\"Points\"", "\"Left\": 0.5, \"Points\"", StringComparison.Ordinal))),
                [])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "Stations:weld-3:Tiling:Regions:0:Points:2:Y",
            Assert.Throws<RefusedException>(() => SettingsFile.Load(
                _folder.Write("far.json", With(Polygon.Replace("\"Y\": 1 ", "\"Y\": 1200 ", StringComparison.Ordinal))), [])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Regions_and_mask_are_the_stations_own_and_their_old_names_go_on_working_and_are_told()
    {
        const string GoesOn = "The old name goes on working; move it when you next edit the file.";
        const string Look = """ "Regions": [ { "Left": 0.5, "Width": 0.5 } ], "Mask": "mask.png" """;
        SettingsFile now = Load("now.json", $"{Look}, \"RegionScale\": \"AsInFrame\""), old = Load("old.json", $"\"Tiling\": {{ {Look} }}");
        Assert.Empty(now.OldNames);
        TilingOptions view = TilingFromSettings.Of("weld-3", now.Options.Stations["weld-3"]);
        TilingOptions before = TilingFromSettings.Of("weld-3", old.Options.Stations["weld-3"]);
        Assert.Equal(("mask.png", 0.5, RegionScale.AsInFrame), (view.Mask, Assert.Single(view.Regions).Left, view.RegionScale));
        Assert.Equal(("mask.png", 0.5, null), (before.Mask, Assert.Single(before.Regions).Left, before.RegionScale));
        Assert.Equal(("Stations:weld-3:Regions", "Stations:weld-3:Mask"), (view.RegionsName, view.MaskName));
        Assert.Equal(("Stations:weld-3:Tiling:Regions", "Stations:weld-3:Tiling:Mask"), (before.RegionsName, before.MaskName));
        Assert.Equal(
            [
                $"Stations:weld-3:Tiling:Regions is called Stations:weld-3:Regions now. {GoesOn}",
                $"Stations:weld-3:Tiling:Mask is called Stations:weld-3:Mask now. {GoesOn}",
            ],
            old.OldNames);
        string both = Assert.Throws<RefusedException>(() => Load("both.json", $"{Look}, \"Tiling\": {{ {Look} }}")).Message;
        Assert.Contains("Stations:weld-3:Regions: Regions are given here and, under their old name,", both, StringComparison.Ordinal);
        Assert.Contains("Stations:weld-3:Mask: A mask is given here and", both, StringComparison.Ordinal);

        SettingsFile Load(string name, string more) =>
            SettingsFile.Load(_folder.Write(name, Good.Replace("\"Rules\"", $"{more}, \"Rules\"", StringComparison.Ordinal)), []);
    }

    [Fact]
    public void The_size_of_golden_images_is_known_where_regions_may_be_magnified()
    {
        string golden = Path.Combine(_folder.Path, "golden", "pass");
        Directory.CreateDirectory(golden);
        using (var pool = new FramePool(1))
        {
            Frame frame = pool.Rent(320, 200);
            ImageFile.Write(frame, Path.Combine(golden, "1.png"));
            frame.Release();
        }
        var station = new StationSettings
        {
            Regions = [new RegionOptions { Width = 0.2 }],
            Golden = new GoldenOptions { Folder = Path.Combine(_folder.Path, "golden") },
        };
        Assert.Equal(new PictureSize(320, 200), TilingFromSettings.Of("weld-3", station).Example);
        Assert.Null(TilingFromSettings.Of("weld-3", station with { RegionScale = RegionScale.Magnified }).Example);
        Assert.Null(TilingFromSettings.Of("weld-3", station with { Regions = [] }).Example);
        Assert.Null(TilingFromSettings.Of("weld-3", station with { Golden = new GoldenOptions { Folder = _folder["none"] } }).Example);
    }

    [Theory]
    [InlineData("90", "90 is out of range; give a number such as 0.5, from 0 to 1. Write 0.9 for 90 %.")]
    [InlineData("100", "100 is out of range; give a number such as 0.5, from 0 to 1. Write 1 for 100 %.")]
    [InlineData("101", "101 is out of range; give a number such as 0.5, from 0 to 1.")]
    [InlineData("90%", "\"90%\" cannot be read; give a number such as 0.5, from 0 to 1. Write 0.9 for 90 %.")]
    [InlineData("0,9", "\"0,9\" cannot be read; give a number such as 0.5, from 0 to 1. Write 0.9.")]
    public void A_threshold_that_is_a_percentage_is_named_with_where_it_stands_by_every_way(string value, string said)
    {
        string file = Good.Replace("\"Rules\"", $"\"Threshold\": \"{value}\", \"Rules\"", StringComparison.Ordinal);
        Assert.Equal($"Stations:weld-3:Threshold: {said}", Refused(() => SettingsFile.Load(_folder.Write("file.json", file), [])));
        string good = _folder.Write("good.json", Good);
        Assert.Equal(
            $"Stations:weld-3:Threshold: {said} (It is given on the command line as --Stations:weld-3:threshold.)",
            Refused(() => SettingsFile.Load(good, [$"--Stations:weld-3:threshold={value}"])));
        const string OfScratch = "Stations:weld-3:Rules:scratch:Threshold";
        Assert.Equal(
            $"{OfScratch}: {said} (It is given on the command line as --{OfScratch}.)",
            Refused(() => SettingsFile.Load(good, [$"--{OfScratch}={value}"])));
        const string Variable = "EDGEINSPECTOR_Stations__weld-3__Rules__scratch__THRESHOLD";
        Environment.SetEnvironmentVariable(Variable, value);
        try
        {
            Assert.Equal(
                $"{OfScratch}: {said} (It is given by the environment variable {Variable}.)", Refused(() => SettingsFile.Load(good, [])));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }

        static string Refused(Action load) => Assert.Single(Assert.Throws<RefusedException>(load).Problems);
    }

    [Fact]
    public void Without_a_name_the_file_in_the_working_directory_counts()
    {
        _folder.Write("appsettings.json", Good);
        Environment.CurrentDirectory = _folder.Path;
        Assert.Equal(_folder["appsettings.json"], SettingsFile.Load(null, []).Path);
    }

    [Fact]
    public void A_named_file_that_is_missing_is_refused() =>
        Assert.Contains(
            "does not exist",
            Assert.Throws<RefusedException>(() => SettingsFile.Load(_folder["none.json"], [])).Message,
            StringComparison.Ordinal);

    [Fact]
    public void All_problems_are_refused_together()
    {
        var refused = Assert.Throws<RefusedException>(() => SettingsFile.Load(
            _folder.Write(
                "a.json",
                """{ "Lines": 1, "Mqtt": { "Port": 0 }, "Stations": { "a": { "Camera": { "Folder": {} }, "Deadline": "5" } } }"""),
            []));
        Assert.Equal(
            ["Lines", "Mqtt:Port", "Stations:a:Deadline", "Stations:a:Camera:Folder:Path", "Stations:a:Model"],
            refused.Problems.Select(problem => problem[..problem.IndexOf(": ", StringComparison.Ordinal)]));
        Assert.Equal(_workingDirectory, Environment.CurrentDirectory);
    }

    [Fact]
    public void Broken_json_is_refused_with_its_place() =>
        Assert.Contains(
            "line 1, column",
            Assert.Throws<RefusedException>(() => SettingsFile.Load(_folder.Write("a.json", "{,}"), [])).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_changed_file_is_seen_with_the_overrides_still_in_force()
    {
        SettingsFile settings = SettingsFile.Load(_folder.Write("my.json", Good), ["--Line=kept"]);
        var time = new FakeTimeProvider();
        using SettingsWatcher<AgentOptions> watcher = settings.Watch(time);
        var reports = new List<SettingsResult<AgentOptions>>();
        watcher.Start(reports.Add);
        _folder.Write("my.json", Good.Replace("0.4", "0.45", StringComparison.Ordinal));
        time.Advance(TimeSpan.FromSeconds(1));
        AgentOptions options = Assert.Single(reports).Value!;
        Assert.Equal(("kept", 0.45), (options.Line, options.Stations["weld-3"].Rules["scratch"].Threshold));
    }

    [Fact]
    public void A_change_in_the_block_of_this_machine_is_seen()
    {
        string fleet = Good.Replace(
            "\"Line\"", "\"Machines\": { \"linepc-17\": { \"Line\": \"line-17\" } }, \"Line\"", StringComparison.Ordinal);
        SettingsFile settings = SettingsFile.Load(_folder.Write("my.json", fleet), [], "LINEPC-17");
        Assert.Equal(("line-17", "linepc-17"), (settings.Options.Line, settings.Machine));
        var time = new FakeTimeProvider();
        using SettingsWatcher<AgentOptions> watcher = settings.Watch(time);
        var reports = new List<SettingsResult<AgentOptions>>();
        watcher.Start(reports.Add);
        _folder.Write("my.json", fleet.Replace("line-17", "line-18", StringComparison.Ordinal));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("line-18", Assert.Single(reports).Value!.Line);
    }

    [Fact]
    public void The_settings_of_all_machines_are_checked_wherever_that_is_done()
    {
        string fleet = Good.Replace(
            "\"Line\"", "\"Machines\": { \"good\": {}, \"bad\": { \"Line\": \"\", \"Lin\": 5 } }, \"Line\"", StringComparison.Ordinal);
        IReadOnlyList<(string Machine, IReadOnlyList<string> Problems)> machines = SettingsFile.CheckMachines(
            _folder.Write("my.json", fleet), []);
        Assert.Equal(["good", "bad"], machines.Select(checkedOne => checkedOne.Machine));
        Assert.Empty(machines[0].Problems);
        Assert.Equal(2, machines[1].Problems.Count);
        Assert.All(machines[1].Problems, problem => Assert.StartsWith("Machines:bad: Lin", problem, StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_printed_is_read_again_as_the_same()
    {
        string printed = SettingsPrinter.Print(SettingsFile.Load(_folder.Write("a.json", Good), []).Options);
        Assert.Equal(printed, SettingsPrinter.Print(SettingsFile.Load(_folder.Write("b.json", printed), []).Options));
    }

    [Fact]
    public void Every_setting_of_the_agent_has_a_type_that_can_be_read()
    {
        var blocks = new Queue<Type>([typeof(AgentOptions)]);
        var seen = new HashSet<Type>();
        while (blocks.TryDequeue(out Type? block))
        {
            if (!seen.Add(block))
                continue;
            Assert.NotNull(block.GetConstructor(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance, []));
            foreach (PropertyInfo property in SettingProperties.Of(block))
            {
                Type type = property.PropertyType;
                while ((SettingProperties.ElementOfList(type) ?? SettingProperties.ElementOfMap(type)) is { } element)
                    type = element;
                if (SettingValue.IsSingle(type))
                    continue;
                Assert.True(
                    type.Namespace!.StartsWith("EdgeInspector", StringComparison.Ordinal), $"{block.Name}.{property.Name} is a {type}");
                blocks.Enqueue(type);
            }
        }
        Assert.True(seen.Count > 10);
    }

    [Theory]
    [InlineData("--Mqtt:TopicPrefix=plant/{line}", "\"one\" and \"two\" the same topics (plant/line-1). Put {station} into it.")]
    [InlineData("--Line=a/b", "{line}")]
    [InlineData("--Stations:evidence:Model=m", "A station named \"evidence\" would log in at the broker")]
    [InlineData(
        "--Stations:one:Trigger:Every=2s",
        "Stations:one:Trigger:Every: Every is the pace of the trigger Interval, but the trigger is EveryFrame.")]
    [InlineData("--DataFolder=a\0b", "DataFolder: the text holds the character NUL")]
    public void What_the_start_would_refuse_is_refused_as_soon_as_the_settings_are_read(string setting, string reason)
    {
        const string Station = """{ "Camera": { "Folder": { "Path": "in" } }, "Model": "m" }""";
        string file = _folder.Write("a.json", $$"""{ "Stations": { "one": {{Station}}, "two": {{Station}} } }""");
        string[] arguments = setting.Contains("evidence", StringComparison.Ordinal)
            ? [setting, "--Stations:evidence:Camera:Folder:Path=in"]
            : [setting];
        Assert.Contains(
            reason, Assert.Throws<RefusedException>(() => SettingsFile.Load(file, arguments)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_data_folder_is_impossible_where_a_file_stands_in_its_way_and_nowhere_else()
    {
        string file = _folder.Write("a.json", Good);
        Assert.Contains($"'{file}' is a file", DataFolder.Impossible(file), StringComparison.Ordinal);
        Assert.Contains($"'{file}' is a file", DataFolder.Impossible(Path.Combine(file, "data", "line")), StringComparison.Ordinal);
        Assert.Null(DataFolder.Impossible(_folder.Path));
        Assert.Null(DataFolder.Impossible(_folder["not/yet"]));
    }
}
