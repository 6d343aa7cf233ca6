using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests;

public sealed class CommandTests : LineTest
{
    [Fact]
    public void Simulated_parts_are_written_with_their_truth_and_judged_by_it()
    {
        string parts = Path.Combine(Folder, "parts");
        Assert.Equal(0, Run("simulate", "--out", parts, "--count", "30", "--seed", "77").ExitCode);
        Assert.Equal(30, Directory.EnumerateFiles(parts, "*.jpg", SearchOption.AllDirectories).Count());
        JsonNode coco = JsonNode.Parse(File.ReadAllText(Path.Combine(parts, "annotations.json")))!;
        Assert.Equal(30, coco["images"]!.AsArray().Count);

        (int code, ChildProcess inspect) = Run("inspect", parts, "--json");
        Assert.Equal(0, code);
        List<JsonNode> lines = [.. inspect.Output.Select(line => JsonNode.Parse(line)!)];
        Assert.Equal(30, lines.Count);
        int right = lines.Count(
            line => ((string?)line["verdict"] == "pass") == ((string)line["image"]!).Contains("/ok/", StringComparison.Ordinal));
        Assert.InRange(right, 27, 30);
        Assert.All(lines, line => Assert.Equal(
            line["predictions"]!.AsArray().Select(p => (double)p!["probability"]!).OrderDescending(),
            line["predictions"]!.AsArray().Select(p => (double)p!["probability"]!)));
    }

    [Fact]
    public void In_tiles_a_classifier_says_which_tile_decided()
    {
        string parts = Path.Combine(Folder, "parts");
        Run("simulate", "--out", parts, "--count", "3", "--seed", "79");
        (int code, ChildProcess inspect) = Run("inspect", parts, "--tile", "800x960", "--json");
        Assert.True(code == 0, inspect.Said);
        foreach (JsonNode line in inspect.Output.Select(line => JsonNode.Parse(line)!))
        {
            List<string> tiles = [.. line["predictions"]!.AsArray().Select(p => p!["boundingBox"]!.ToJsonString()).Distinct()];
            JsonNode tile = JsonNode.Parse(Assert.Single(tiles))!;
            // Of 1280 × 960, and square: the model sees only the centre square of a picture.
            Assert.Contains((double)tile["left"]! * 1280, new[] { 0.0, 480 });
            Assert.Contains(Math.Round((double)tile["top"]! * 960), new[] { 0.0, 160 });
            Assert.Equal((800, 800), (Math.Round((double)tile["width"]! * 1280), Math.Round((double)tile["height"]! * 960)));
        }
        (code, inspect) = Run("inspect", parts, "--tile", "800");
        Assert.Equal(2, code);
        Assert.Contains("--tile: '800' is no size of a tile; write width and height in pixels", inspect.Said, StringComparison.Ordinal);
    }

    [Fact]
    public void Regions_and_tiles_are_read_from_the_settings_and_faults_in_them_are_named()
    {
        JsonObject settings = Settings(1883);
        settings["Stations"]!["s1"]!["Tiling"] = JsonNode.Parse(
            """
            {
              "Width": 640, "Height": 480, "Overlap": 0.2,
              "Regions": [{ "Left": 0.1, "Width": 0.5 }, { "Top": 0.5, "Height": 0.5 }]
            }
            """);
        (int code, ChildProcess check) = Run("config", "check", "--settings", Write(settings));
        Assert.True(code == 0, check.Said);
        Assert.Contains("\"Overlap\": 0.2", check.Said, StringComparison.Ordinal);
        Assert.Contains("Warning: Stations:s1:Tiling:Regions is called Stations:s1:Regions now.", check.Said, StringComparison.Ordinal);
        settings["Stations"]!["s1"]!["Tiling"]!["Regions"]![0]!["Left"] = 0.6;
        (code, check) = Run("config", "check", "--settings", Write(settings));
        Assert.Equal(2, code);
        Assert.Contains(
            "Stations:s1:Tiling:Regions:0:Width: Left and Width together reach beyond the frame", check.Said, StringComparison.Ordinal);
    }

    [Fact]
    public void Config_check_and_doctor_say_how_much_a_small_region_is_magnified_until_somebody_has_decided()
    {
        JsonObject settings = Settings(1883);
        settings["Stations"]!["s1"]!["Regions"] = JsonNode.Parse("""[{ "Left": 0.4, "Top": 0.4, "Width": 0.2, "Height": 0.25 }]""");
        const string Said = "Stations:s1:Regions:0 fills the network's picture of 480×480 pixels, "
            + "so that what lies in it looks up to 4 times as large";
        (int code, ChildProcess check) = Run("config", "check", "--settings", Write(settings));
        Assert.True(code == 0, check.Said);
        Assert.Contains(Said, check.Said, StringComparison.Ordinal);
        Assert.Contains("view of s1", Run("doctor", "--settings", Write(settings)).Item2.Said, StringComparison.Ordinal);
        foreach (string scale in new[] { "AsInFrame", "Magnified" })
        {
            settings["Stations"]!["s1"]!["RegionScale"] = scale;
            (code, check) = Run("config", "check", "--settings", Write(settings));
            Assert.True(code == 0, check.Said);
            Assert.DoesNotContain("fills the network's picture", check.Said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_table_of_inspect_names_each_image_and_sums_up()
    {
        string parts = Path.Combine(Folder, "parts");
        Run("simulate", "--out", parts, "--count", "5", "--seed", "78");
        (int code, ChildProcess inspect) = Run("inspect", parts, "--model", Path.Combine(Models, "part-detector"));
        Assert.Equal(0, code);
        Assert.Equal(5, inspect.Output.Count(line => line.Contains(".jpg", StringComparison.Ordinal)));
        Assert.Contains(inspect.Errors, line => line.StartsWith("5 images:", StringComparison.Ordinal));
    }

    [Fact]
    public void The_demo_ends_with_a_report_in_which_everything_arrived()
    {
        string report = Path.Combine(Folder, "r.json"), images = Path.Combine(Folder, "images");
        (int code, ChildProcess demo) = Run("demo", "--parts", "11", "--pace", "300", "--report", report, "--images", images);
        Assert.True(code == 0, demo.Said);
        JsonNode json = JsonNode.Parse(File.ReadAllText(report))!;
        Assert.Equal(11, (int)json["triggers"]!);
        Assert.Equal(11, json["verdicts"]!.AsObject().Sum(verdict => (int)verdict.Value!));
        Assert.Equal(11, json["truth"]!.AsObject().Sum(truth => (int)truth.Value!));
        Assert.Equal((int)json["images"]!["received"]!, Directory.EnumerateFiles(images).Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void A_benchmark_sees_every_signal_arrive_and_compares_with_the_bare_run(double fps)
    {
        (int code, ChildProcess bench) = Run(
            "bench", "--stations", "2", "--seconds", "4", "--width", "640", "--height", "480", "--fps", $"{fps}", "--json");
        Assert.True(code == 0, bench.Said);
        JsonNode report = JsonNode.Parse(string.Join('\n', bench.Output))!;
        Assert.InRange((long)report["parts"]!, 20, 100_000);
        Assert.Equal((long)report["parts"]!, (long)report["received"]!);
        Assert.Equal(0, (long)report["nones"]!);
        double received = (double)report["frameToReceivedMs"]!["p50"]!, ratio = received / (double)report["bareRunMs"]!["p50"]!;
        Assert.InRange((double)report["ratioToBareRun"]!["p50"]!, ratio * 0.99, ratio * 1.01);
        Assert.InRange(received, (double)report["runMs"]!["p50"]!, 10_000);
        // Mostly what begins with the program: a long run allocates 1 KB a part.
        Assert.InRange((double)report["allocatedBytesPerPart"]!, 1, 50_000);
        Assert.Equal(fps > 0, report["bareRunsPerSecond"] is null);
    }

    [Theory]
    [InlineData("--fps", "-1", "--fps must be between 0 and 1000.")]
    [InlineData("--broker", "127.0.0.1:1:2", "--broker: '127.0.0.1:1:2' is not host or host:port")]
    [InlineData("--model", "nowhere", "nowhere")]
    [InlineData("--provider", "npu", "npu")]
    public void A_benchmark_that_makes_no_sense_is_refused_with_a_reason(string option, string value, string reason)
    {
        (int code, ChildProcess bench) = Run("bench", "--seconds", "1", option, value);
        Assert.Equal(2, code);
        Assert.Contains(reason, bench.Said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", bench.Said, StringComparison.Ordinal);
    }

    [Fact]
    public void Checked_settings_are_shown_resolved_without_their_secrets()
    {
        JsonObject settings = Settings(1883);
        settings["Mqtt"]!["UserName"] = "line";
        (int code, ChildProcess check) = Run(
            "config", "check", "--settings", Write(settings), "--Mqtt:Password=hunter2", "--Stations:s1:Rules:scratch:Threshold=0.25");
        Assert.Equal(0, code);
        Assert.DoesNotContain("hunter2", check.Said, StringComparison.Ordinal);
        JsonNode shown = JsonNode.Parse(string.Join('\n', check.Output))!;
        Assert.Equal(0.25, (double)shown["Stations"]!["s1"]!["Rules"]!["scratch"]!["Threshold"]!);
        Assert.NotNull(shown["Mqtt"]!["Password"]);
        Assert.Null(shown["Journal"]);
        (_, check) = Run("config", "check", "--all", "--settings", Write(settings));
        Assert.NotNull(JsonNode.Parse(string.Join('\n', check.Output))!["Journal"]);
    }

    [Theory]
    [InlineData("Model", "no/such/model", "Stations:s1:Model: Model package 'no/such/model': There is no such folder or file.")]
    [InlineData("Rules:rust:Threshold", "0.5", "Stations:s1:Rules:rust: the model 'part-")]
    public void What_the_start_refuses_the_check_and_the_doctor_refuse_with_the_same_words(string setting, string value, string reason)
    {
        string file = Write(Settings(1883));
        string argument = $"--Stations:s1:{setting}={value}";
        foreach (string[] command in new[] { ["config", "check"], new[] { "doctor" }, ["run"] })
        {
            (int code, ChildProcess agent) = Run([.. command, "--settings", file, argument]);
            Assert.True(code == (command[0] == "doctor" ? 1 : 2), $"{command[0]} ended with {code}: {agent.Said}");
            Assert.Contains(reason, agent.Said, StringComparison.Ordinal);
        }
        (int valid, ChildProcess settingsOnly) = Run("config", "check", "--settings-only", "--settings", file, argument);
        Assert.True(valid == 0, settingsOnly.Said);
    }

    [Fact]
    public void A_machine_that_the_environment_names_and_the_file_does_not_know_is_refused_by_the_check_as_by_the_start()
    {
        JsonObject settings = Settings(1883);
        settings["Machines"] = new JsonObject { ["pc-1"] = new JsonObject() };
        ChildProcess check = Start(
            ["config", "check", "--settings", Write(settings)], new Dictionary<string, string> { ["EDGEINSPECTOR_MACHINE"] = "pc-2" });
        Assert.Equal(2, check.WaitForExit(Patience));
        Assert.Contains("there is no machine \"pc-2\"", check.Said, StringComparison.Ordinal);
    }

    [Fact]
    public void The_doctor_finds_a_healthy_line_healthy_and_names_what_is_not()
    {
        Mosquitto broker = StartBroker();
        JsonObject settings = Settings(broker.Port);
        (int code, ChildProcess doctor) = Run("doctor", "--settings", Write(settings));
        Assert.True(code == 0, doctor.Said);
        Assert.All(doctor.Output, line => Assert.DoesNotContain("mend ", line, StringComparison.Ordinal));
        Assert.Contains(doctor.Output, line => line.Contains("journal.db will be begun", StringComparison.Ordinal));

        broker.Stop();
        Station(settings)["Camera"] = new JsonObject { ["Usb"] = new JsonObject { ["Device"] = "/dev/video99" } };
        Station(settings)["Model"] = "nowhere";
        (code, doctor) = Run("doctor", "--settings", Write(settings));
        Assert.Equal(1, code);
        foreach (string subject in new[] { "broker", "camera of s1", "model of s1" })
            Assert.Contains(doctor.Output, line => line.StartsWith($"mend {subject}", StringComparison.Ordinal));
    }

    [Fact]
    public void Help_lists_the_commands()
    {
        (int code, ChildProcess help) = Run("--help");
        Assert.Equal(0, code);
        foreach (string command in new[] { "run", "demo", "inspect", "simulate", "doctor", "config" })
            Assert.Contains(help.Output, line => line.TrimStart().StartsWith(command, StringComparison.Ordinal));
    }
}
