using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;
using Microsoft.Playwright;

namespace EdgeInspector.LineTests.Browsers;

/// <summary>What somebody at the line sees in a real browser.</summary>
public sealed class LookingTests : ConsoleTest
{
    // These machines have two cores, and a browser beside the agent; a page that polls every few seconds fails all the same.
    private const int Slack = 1500;

    [Fact]
    public async Task A_reject_is_on_the_page_within_a_second_of_its_signal()
    {
        int port = TestSupport.Ports.Free();
        Mosquitto broker = StartBroker();
        await using LineClient plc = await LineClient.ConnectAsync(broker.Port);
        JsonObject settings = ConsoleSettings(broker.Port, port);
        Uri address = StartListening(settings, port);
        await using Chromium chromium = await Chromium.StartAsync();
        IPage page = await chromium.OpenAsync(address);
        await AliveAsync(page);
        ILocator strip = page.Locator(".strip a[title]");
        int seenBefore = plc.All("signal").Count(one => one["verdict"] == "reject");
        // The page is asked by itself, in the browser, whether the part is on it.
        for (int i = 0; i < 3; i++)
        {
            Received signal = plc.WaitFor("signal", seenBefore + i + 1, one => one["verdict"] == "reject")[seenBefore + i];
            long arrived = Environment.TickCount64;
            await page.WaitForSelectorAsync($".strip a[title^='{signal["part"]}']", new() { State = WaitForSelectorState.Attached });
            TestContext.Current.TestOutputHelper?.WriteLine($"on the page {Environment.TickCount64 - arrived} ms after its signal");
            Assert.InRange(Environment.TickCount64 - arrived, 0, 1000 + Slack);
        }
        Assert.InRange(await strip.CountAsync(), 1, 20);
        await Expect(page.Locator("img.live")).ToBeVisibleAsync();
        Assert.Empty(chromium.Faults);
    }

    [Fact]
    public async Task A_rejected_part_is_found_looked_at_and_its_neighbours_reached_by_arrow_keys()
    {
        int port = TestSupport.Ports.Free();
        Mosquitto broker = StartBroker();
        await using LineClient plc = await LineClient.ConnectAsync(broker.Port);
        Uri address = StartListening(ConsoleSettings(broker.Port, port, "part-detector"), port);
        Received[] rejects = [.. plc.WaitFor("event", 3, one => one["verdict"] == "reject")];
        plc.WaitFor("image", 3);
        await using Chromium chromium = await Chromium.StartAsync();
        IPage page = await chromium.OpenAsync(new Uri(address, $"parts?verdict=reject&part={rejects[1]["part"]}"));
        await page.GetByText(rejects[1]["part"]!).ClickAsync();
        await page.WaitForURLAsync($"**/parts/{rejects[1]["id"]}");
        // The link may have been followed before the page was alive: then this is another page, drawn before it hears anybody.
        await AliveAsync(page);
        await page.GetByText("Event", new() { Exact = true }).ClickAsync();
        await Expect(page.Locator("pre.json")).ToContainTextAsync(rejects[1]["id"]!);
        await page.WaitForFunctionAsync("() => document.querySelector('figure img')?.naturalWidth === 1280");
        await page.GetByRole(AriaRole.Button, new() { Name = "Original", Exact = true }).ClickAsync();
        await Expect(page.Locator("figure img")).ToHaveAttributeAsync("src", $"pictures/{rejects[1]["id"]}/original");
        await page.GetByRole(AriaRole.Heading, new() { Level = 1 }).ClickAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await page.WaitForURLAsync($"**/parts/{rejects[0]["id"]}");
        Assert.Empty(chromium.Faults);
    }

    [Fact]
    public async Task When_the_agent_is_killed_the_page_says_so_and_comes_back_by_itself()
    {
        int port = TestSupport.Ports.Free();
        Mosquitto broker = StartBroker();
        JsonObject settings = ConsoleSettings(broker.Port, port);
        AddUser("anna", "look", "long-enough-1");
        Uri address = StartListening(settings, port);
        await using Chromium chromium = await Chromium.StartAsync();
        IPage page = await chromium.OpenAsync(address);
        await SignInAsync(page, "anna", "long-enough-1");
        await Expect(page.Locator(".strip a").First).ToBeVisibleAsync(new() { Timeout = Milliseconds });
        await AliveAsync(page);
        Agent!.Kill();
        await Expect(page.GetByText("No connection to the agent")).ToBeVisibleAsync(new() { Timeout = Milliseconds });
        StartListening(settings, port);
        await Expect(page.GetByText("No connection to the agent")).ToBeHiddenAsync(new() { Timeout = Milliseconds });
        // Still signed in, and the parts of the new process come.
        await Expect(page.Locator(".strip a").First).ToBeVisibleAsync(new() { Timeout = Milliseconds });
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "anna Sign out" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_broker_that_is_away_is_shown_with_what_to_do_in_both_languages()
    {
        int port = TestSupport.Ports.Free();
        Mosquitto broker = StartBroker();
        Uri address = StartListening(ConsoleSettings(broker.Port, port), port);
        await using Chromium chromium = await Chromium.StartAsync();
        IPage page = await chromium.OpenAsync(address, 800, 480, language: "de-DE");
        await Expect(page.GetByText("bereit", new() { Exact = true })).ToBeVisibleAsync(new() { Timeout = Milliseconds });
        await AliveAsync(page);
        broker.Kill();
        await Expect(page.GetByText("eingeschränkt", new() { Exact = true })).ToBeVisibleAsync(new() { Timeout = Milliseconds });
        await Expect(page.GetByText("Signale erreichen die SPS nicht. Prüfen Sie Netz und Broker.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "EN", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Signals do not reach the PLC. Look at network and broker.")).ToBeVisibleAsync(
            new() { Timeout = Milliseconds });
        Assert.Empty(chromium.Faults);
    }
}
