using System.Net;
using EdgeInspector.LineTests.Line;
using Microsoft.Playwright;

namespace EdgeInspector.LineTests.Browsers;

/// <summary>Who gets in, who may do what, and whether everybody can read the pages.</summary>
public sealed class AccessTests : ConsoleTest
{
    private static readonly string[] Pages = ["", "parts", "parts?show=list", "models", "thresholds", "trends", "system", "aim/s1"];

    [Fact]
    public async Task A_wrong_password_lets_nobody_in_and_five_let_the_name_wait()
    {
        int port = TestSupport.Ports.Free();
        Mosquitto broker = StartBroker();
        AddUser("anna", "operate", "long-enough-1");
        Uri address = StartListening(ConsoleSettings(broker.Port, port), port);
        await using Chromium chromium = await Chromium.StartAsync();
        IPage page = await chromium.OpenAsync(new Uri(address, "models?station=s1"));
        await page.WaitForURLAsync("**/sign-in?back=*");
        for (int i = 0; i < 4; i++)
        {
            await SignInAsync(page, "anna", $"wrong-password-{i}");
            await Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Name or password is wrong.");
        }
        await SignInAsync(page, "ANNA", "wrong-password-5");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Too many wrong passwords");
        await SignInAsync(page, "anna", "long-enough-1");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Too many wrong passwords");

        AddUser("bert", "look", "long-enough-2");
        await SignInAsync(page, "bert", "long-enough-2");
        // And on to the page that was wanted.
        await page.WaitForURLAsync("**/models?station=s1");
        await Expect(page.GetByText("Your role looks only.")).ToBeVisibleAsync(new() { Timeout = Milliseconds });
        Assert.Contains("\"kind\":\"login\"", Audit(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_sees_and_may_what_it_may_and_a_removed_user_is_out()
    {
        int port = TestSupport.Ports.Free();
        Mosquitto broker = StartBroker();
        AddUser("looker", "look", "long-enough-1");
        AddUser("quality", "judge", "long-enough-2");
        Uri address = StartListening(ConsoleSettings(broker.Port, port), port);
        await using Chromium chromium = await Chromium.StartAsync();
        IPage looker = await chromium.OpenAsync(address);
        await SignInAsync(looker, "looker", "long-enough-1");
        await Expect(looker.Locator(".strip a").First).ToBeVisibleAsync(new() { Timeout = Milliseconds });
        await Expect(looker.GetByRole(AriaRole.Button, new() { Name = "Pause" })).ToHaveCountAsync(0);
        IPage quality = await chromium.OpenAsync(address);
        await SignInAsync(quality, "quality", "long-enough-2");
        await Expect(quality.GetByRole(AriaRole.Button, new() { Name = "Learn the reference" })).ToBeVisibleAsync(
            new() { Timeout = Milliseconds });
        await quality.GotoAsync(new Uri(address, "system").AbsoluteUri);
        await Expect(quality.GetByRole(AriaRole.Heading, new() { Name = "Cameras and broker" })).ToBeVisibleAsync();
        await Expect(quality.GetByRole(AriaRole.Heading, new() { Name = "Who did what" })).ToHaveCountAsync(0);
        Assert.Equal(0, Run("users", "remove", "looker", "--data", "data").ExitCode);
        await looker.ReloadAsync();
        await looker.WaitForURLAsync("**/sign-in**");
    }

    [Fact]
    public async Task Nothing_is_shown_and_nothing_done_without_a_session_or_by_a_page_of_another_site()
    {
        int port = TestSupport.Ports.Free();
        Mosquitto broker = StartBroker();
        AddUser("anna", "administer", "long-enough-1");
        Uri address = StartListening(ConsoleSettings(broker.Port, port), port);
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var stranger = new HttpClient(handler);
        foreach (string path in Pages.Concat(
            ["live/s1.jpg", "live/s1/raw.jpg", $"pictures/{Guid.NewGuid()}/marked", "shadow-pictures/a/b"]))
        {
            using HttpResponseMessage answer = await stranger.GetAsync(new Uri(address, path), TestContext.Current.CancellationToken);
            Assert.True(answer.StatusCode == HttpStatusCode.Redirect, $"{path}: {answer.StatusCode}");
            Assert.StartsWith("/sign-in", answer.Headers.Location!.PathAndQuery, StringComparison.Ordinal);
        }
        // A form without its token, and a page of another site.
        using HttpResponseMessage forged = await stranger.PostAsync(
            new Uri(address, "sign-in"),
            new FormUrlEncodedContent([new("_handler", "sign-in"), new("Given.Name", "anna"), new("Given.Password", "long-enough-1")]),
            TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
        using var foreign = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "sign-out"));
        foreign.Headers.Add("Origin", "http://elsewhere.example");
        using HttpResponseMessage refused = await stranger.SendAsync(foreign, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        // A way out of the site.
        using HttpResponseMessage back = await stranger.GetAsync(
            new Uri(address, "language/de?back=//elsewhere.example/"), TestContext.Current.CancellationToken);
        Assert.StartsWith("/", back.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.False(back.Headers.Location.OriginalString.StartsWith("//", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Axe_finds_no_serious_fault_on_any_page_in_light_and_dark()
    {
        int port = TestSupport.Ports.Free();
        Mosquitto broker = StartBroker();
        await using LineClient plc = await LineClient.ConnectAsync(broker.Port);
        Uri address = StartListening(ConsoleSettings(broker.Port, port), port);
        string id = plc.WaitFor("event", 1, one => one["verdict"] == "reject")[0]["id"]!;
        plc.WaitFor("image");
        await using Chromium chromium = await Chromium.StartAsync();
        foreach (bool isDark in new[] { false, true })
        {
            IPage page = await chromium.OpenAsync(new Uri(address, "sign-in"), isDark: isDark);
            await NoFaultAsync(page, "sign-in");
            foreach (string path in Pages.Append($"parts/{id}"))
            {
                await page.GotoAsync(new Uri(address, path).AbsoluteUri);
                await AliveAsync(page);
                if (isDark)
                    await page.WaitForSelectorAsync(".console.dark");
                await NoFaultAsync(page, path);
            }
        }
        Assert.Empty(chromium.Faults);
    }

    private string Audit()
    {
        var text = new System.Text.StringBuilder();
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Folder, "data", "audit"), "*.jsonl"))
        {
            using var open = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            text.Append(open.ReadToEnd());
        }
        return text.ToString();
    }
}
