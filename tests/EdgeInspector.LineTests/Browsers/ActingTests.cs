using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;
using Microsoft.Playwright;

namespace EdgeInspector.LineTests.Browsers;

/// <summary>What somebody does in a real browser, and what the line then does.</summary>
public sealed class ActingTests : ConsoleTest
{
    [Fact]
    public async Task An_operator_brings_a_model_and_it_takes_over_and_a_bad_one_is_refused_with_its_sentence()
    {
        int port = TestSupport.Ports.Free();
        Mosquitto broker = StartBroker();
        await using LineClient plc = await LineClient.ConnectAsync(broker.Port);
        Uri address = StartListening(ConsoleSettings(broker.Port, port), port);
        string good = ModelPackages.Zip(
            ModelPackages.Copy(
                Path.Combine(Models, "part-classifier"), Path.Combine(Folder, "next"), "0a8c6f3e-2222-4f0a-9a52-3f0f3a8c1234"),
            Path.Combine(Folder, "next-shift.zip"));
        string bad = ModelPackages.Zip(
            ModelPackages.Copy(
                Path.Combine(Models, "part-classifier"), Path.Combine(Folder, "bad"),
                spoil: folder => File.WriteAllText(Path.Combine(folder, "labels.txt"), "only\n")),
            Path.Combine(Folder, "broken.zip"));
        await using Chromium chromium = await Chromium.StartAsync();
        IPage page = await chromium.OpenAsync(new Uri(address, "models"));
        await BringAsync(page, good, "shift change");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("next-shift", new() { Timeout = Milliseconds });
        Received told = plc.WaitFor(
            "event", 1, one => Kind(one) == "model" && Text(one, "change") == "activated" && Text(one, "from") == "console")[0];
        Assert.Equal("shift change", Text(told, "why"));
        await Expect(page.Locator(".card").First).ToContainTextAsync("next-shift");

        await BringAsync(page, bad, "");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("labels", new() { Timeout = Milliseconds });
        await Expect(page.Locator(".card").First).ToContainTextAsync("next-shift");
        await ActAsync(page, "Go back", "the old one was better");
        plc.WaitFor("event", 1, one => Kind(one) == "model" && Text(one, "change") == "rolledBack" && Text(one, "from") == "console");
        Assert.Empty(chromium.Faults);
    }

    [Fact]
    public async Task A_threshold_is_tried_applied_and_undone()
    {
        int port = TestSupport.Ports.Free();
        Mosquitto broker = StartBroker();
        await using LineClient plc = await LineClient.ConnectAsync(broker.Port);
        Uri address = StartListening(ConsoleSettings(broker.Port, port, "part-detector"), port);
        plc.WaitFor("event", 12);
        await using Chromium chromium = await Chromium.StartAsync();
        IPage page = await chromium.OpenAsync(new Uri(address, "thresholds"));
        await AliveAsync(page);
        // What is remembered lags behind by a second.
        await Expect(page.GetByLabel("Threshold")).ToBeVisibleAsync(new() { Timeout = Milliseconds });
        await page.GetByLabel("Tag").SelectOptionAsync("scratch");
        await page.GetByLabel("Threshold").FillAsync("0.9");
        await ActAsync(page, "Apply", "too many false rejects");
        Received told = plc.WaitFor("event", 1, one => Text(one, "command") == "threshold")[0];
        Assert.Equal((0.9, "scratch", "too many false rejects"), (
            told.Json.GetProperty("threshold").GetDouble(), Text(told, "tag"), Text(told, "why")));
        await Expect(page.GetByText("In force: 0.90.")).ToBeVisibleAsync(new() { Timeout = Milliseconds });
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.GetByText("In force: 0.50.")).ToBeVisibleAsync(new() { Timeout = Milliseconds });
        Assert.Equal(System.Text.Json.JsonValueKind.Null, plc.WaitFor("event", 2, one => Text(one, "command") == "threshold")[1]
            .Json.GetProperty("threshold").ValueKind);
        Assert.Empty(chromium.Faults);
    }

    [Fact]
    public async Task A_pause_holds_until_somebody_resumes_also_over_a_restart()
    {
        int port = TestSupport.Ports.Free();
        Mosquitto broker = StartBroker();
        await using LineClient plc = await LineClient.ConnectAsync(broker.Port);
        JsonObject settings = ConsoleSettings(broker.Port, port);
        Uri address = StartListening(settings, port);
        await using Chromium chromium = await Chromium.StartAsync();
        IPage page = await chromium.OpenAsync(address);
        await ActAsync(page, "Pause", "cleaning the lens");
        plc.WaitFor("state", where: one => one.Text.Contains("cleaning the lens", StringComparison.Ordinal));
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Resume" })).ToBeVisibleAsync(new() { Timeout = Milliseconds });
        // Commands over MQTT are off; the console can take the pause back, so that it still holds.
        Agent!.Kill();
        // The page comes back by itself, when it finds the agent again; somebody who called it up in the same moment would be in its way.
        await page.EvaluateAsync("() => window.isOld = true");
        StartListening(settings, port);
        await page.WaitForFunctionAsync("() => !window.isOld");
        await Expect(page.GetByText("cleaning the lens")).ToBeVisibleAsync(new() { Timeout = Milliseconds });
        await AliveAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        plc.WaitFor("event", 1, one => Text(one, "command") == "resume");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Pause" })).ToBeVisibleAsync(new() { Timeout = Milliseconds });
    }

    [Fact]
    public async Task Somebody_triggers_by_hand_where_triggers_come_from_outside()
    {
        int port = TestSupport.Ports.Free();
        Mosquitto broker = StartBroker();
        await using LineClient plc = await LineClient.ConnectAsync(broker.Port);
        JsonObject settings = ConsoleSettings(broker.Port, port);
        Station(settings)["Trigger"] = new JsonObject { ["Kind"] = "Mqtt" };
        Station(settings)["Camera"]!["Simulated"] = new JsonObject { ["Seed"] = 7, ["Pace"] = "1s", ["View"] = "Continuous", ["Fps"] = 10 };
        Uri address = StartListening(settings, port);
        await using Chromium chromium = await Chromium.StartAsync();
        IPage page = await chromium.OpenAsync(address);
        await AliveAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Trigger by hand" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByLabel("Part id").FillAsync("by-hand-1");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Trigger by hand" }).ClickAsync();
        plc.WaitFor("signal", 1, one => one["part"] == "by-hand-1");
        await Expect(page.Locator(".strip a[title^='by-hand-1']")).ToBeVisibleAsync(new() { Timeout = Milliseconds });
    }

    private static async Task BringAsync(IPage page, string file, string why)
    {
        await AliveAsync(page);
        await page.Locator("#model-file").SetInputFilesAsync(file);
        ILocator dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToBeVisibleAsync(new() { Timeout = Milliseconds });
        await dialog.GetByLabel("Reason").FillAsync(why);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Activate" }).ClickAsync();
        await Expect(dialog).ToBeHiddenAsync(new() { Timeout = Milliseconds });
    }

    private static string? Kind(Received one) => Text(one, "kind");

    private static string? Text(Received one, string name) =>
        one.Json.TryGetProperty(name, out System.Text.Json.JsonElement value) && value.ValueKind == System.Text.Json.JsonValueKind.String
            ? value.GetString()
            : null;
}
