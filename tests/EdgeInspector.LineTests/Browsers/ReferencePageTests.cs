using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace EdgeInspector.LineTests.Browsers;

/// <summary>The calls, for people: a page that needs nothing from anywhere, whose lines do what they say.</summary>
public sealed class ReferencePageTests : ConsoleTest
{
    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task The_page_needs_no_other_host_reads_well_and_its_lines_can_be_run(bool hasConsole, bool hasKey)
    {
        int port = TestSupport.Ports.Free();
        File.Copy(Pictures(1)[0], Path.Combine(Folder, "part.jpg"));
        JsonObject settings = CallSettings(StartBroker().Port, port);
        settings["DataFolder"] = "data";
        settings["Http"]!["Console"] = new JsonObject { ["Enabled"] = hasConsole };
        if (!hasKey)
            settings["Http"]!.AsObject().Remove("Key");
        Uri address = StartListening(settings, port);
        await using Chromium chromium = await Chromium.StartAsync();
        IReadOnlyList<string> lines = [];
        foreach (bool isDark in new[] { false, true })
        {
            IPage page = await chromium.OpenAsync(new Uri(address, "health/live"), isDark: isDark);
            var asked = new ConcurrentBag<string>();
            page.Request += (_, request) => asked.Add(new Uri(request.Url).Authority);
            await page.GotoAsync(new Uri(address, "reference").AbsoluteUri);
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Calls of this agent" })).ToBeVisibleAsync();
            await NoFaultAsync(page, "reference");
            lines = await page.Locator("pre code").AllTextContentsAsync();
            Assert.Equal([$"127.0.0.1:{port}"], asked.Distinct());
        }
        if (hasConsole)
        {
            IPage system = await chromium.OpenAsync(new Uri(address, "system"));
            await AliveAsync(system);
            await system.GetByRole(AriaRole.Link, new() { Name = "Calls for programs" }).ClickAsync();
            await Expect(system.GetByRole(AriaRole.Heading, new() { Name = "Calls of this agent" })).ToBeVisibleAsync();
        }
        Assert.Empty(chromium.Faults);
        Assert.Equal(hasConsole ? 12 : 13, lines.Count);
        foreach (string line in lines)
        {
            using ChildProcess curl = ChildProcess.Start("sh", ["-c", $"KEY='{Key}'; {line}"], Folder);
            // 22: refused. No host is allowed for pictures by their address.
            Assert.True(curl.WaitForExit(Patience) == (line.Contains("/url", StringComparison.Ordinal) ? 22 : 0), $"{line}\n{curl.Said}");
        }
    }

    [Fact]
    public async Task Where_a_key_is_set_names_of_stations_are_for_those_who_know_it()
    {
        int port = TestSupport.Ports.Free();
        JsonObject settings = CallSettings(StartBroker().Port, port);
        settings["Http"]!["Console"] = new JsonObject { ["Enabled"] = false };
        settings["Http"]!.AsObject().Remove("Container");
        Uri address = StartListening(settings, port);
        Assert.DoesNotContain("Iteration3", await ReadAsync(address, "reference", null), StringComparison.Ordinal);
        Assert.DoesNotContain("Iteration3", await ReadAsync(address, "openapi/v1.json", null), StringComparison.Ordinal);
        Assert.Contains("Iteration3", await ReadAsync(address, "reference", Key), StringComparison.Ordinal);
    }

    private static async Task<string> ReadAsync(Uri address, string path, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, path));
        if (key is not null)
            request.Headers.Add("Prediction-Key", key);
        using HttpResponseMessage answer = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        return await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
