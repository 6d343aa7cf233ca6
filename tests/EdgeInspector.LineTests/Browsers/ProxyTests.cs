using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace EdgeInspector.LineTests.Browsers;

/// <summary>The console behind a proxy that speaks TLS and serves it below a path.</summary>
public sealed class ProxyTests : ConsoleTest
{
    [Fact]
    public async Task Behind_a_proxy_the_pages_live_below_its_path_and_everybody_signs_in()
    {
        int port = TestSupport.Ports.Free();
        Mosquitto broker = StartBroker();
        AddUser("anna", "operate", "long-enough-1");
        using var nginx = Nginx.Start(port);
        JsonObject settings = ConsoleSettings(broker.Port, port);
        settings["Http"]!["Key"] = Key;
        settings["Http"]!["Console"] = new JsonObject
        {
            ["PathBase"] = "/line-3",
            ["Proxies"] = new JsonArray("127.0.0.1"),
            ["Hosts"] = new JsonArray("127.0.0.1"),
        };
        StartListening(settings, port);
        var outside = new Uri($"https://127.0.0.1:{nginx.Port}/line-3/");
        await using Chromium chromium = await Chromium.StartAsync();
        IPage page = await chromium.OpenAsync(outside);
        await page.WaitForURLAsync($"{outside}sign-in**");
        await SignInAsync(page, "anna", "long-enough-1");
        await AliveAsync(page);
        await Expect(page.Locator("img.live")).ToBeVisibleAsync(new() { Timeout = Milliseconds });
        await page.GetByRole(AriaRole.Link, new() { Name = "Parts", Exact = true }).ClickAsync();
        await page.WaitForURLAsync($"{outside}parts");
        await page.GotoAsync(outside.AbsoluteUri);
        await ActAsync(page, "Pause", "the shift changes");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Resume" })).ToBeVisibleAsync(new() { Timeout = Milliseconds });
        BrowserContextCookiesResult session = Assert.Single(
            await page.Context.CookiesAsync(), cookie => cookie.Name == "EdgeInspector");
        Assert.True(session.Secure && session.HttpOnly && session.SameSite == SameSiteAttribute.Strict);
        Assert.Equal("/line-3", session.Path);
        Assert.Empty(chromium.Faults);
    }
}
