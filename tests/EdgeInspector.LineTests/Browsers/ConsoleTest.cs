using System.Text.Json.Nodes;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using EdgeInspector.LineTests.Calls;
using Microsoft.Playwright;

namespace EdgeInspector.LineTests.Browsers;

/// <summary>An agent with a console, a broker and a browser.</summary>
public abstract class ConsoleTest : CallsTest
{
    /// <summary>Waits at most so long as any test.</summary>
    private protected static float Milliseconds => (float)Patience.TotalMilliseconds;

    private protected static JsonObject ConsoleSettings(int broker, int port, string model = "part-classifier")
    {
        JsonObject settings = Settings(broker);
        Station(settings)["Model"] = Path.Combine(Models, model);
        settings["DataFolder"] = "data";
        settings["Http"] = new JsonObject { ["Listen"] = $"127.0.0.1:{port}" };
        return settings;
    }

    /// <summary>Adds a user, as an administrator does.</summary>
    private protected void AddUser(string name, string role, string password)
    {
        string file = Path.Combine(Folder, $"{name}.password");
        File.WriteAllText(file, password);
        (int exitCode, ChildProcess added) = Run("users", "add", name, "--role", role, "--password-file", file, "--data", "data");
        Assert.True(exitCode == 0, added.Said);
    }

    private protected static async Task SignInAsync(IPage page, string name, string password)
    {
        await page.GetByLabel("Name").FillAsync(name);
        await page.GetByLabel("Password").FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }

    /// <summary>Presses a button, and what a dialog then asks; waits until the page is alive first.</summary>
    private protected static async Task ActAsync(IPage page, string button, string? why = null, string? confirm = null)
    {
        await AliveAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).First.ClickAsync();
        ILocator dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToBeVisibleAsync(new() { Timeout = Milliseconds });
        if (why is not null)
            await dialog.GetByLabel("Reason").FillAsync(why);
        await dialog.GetByRole(AriaRole.Button, new() { Name = confirm ?? button, Exact = true }).ClickAsync();
    }

    /// <summary>A page is drawn before somebody listens to its buttons.</summary>
    private protected static Task AliveAsync(IPage page) => page.WaitForSelectorAsync(".console.alive");

    /// <summary>Nothing on a page keeps people from reading it.</summary>
    private protected static async Task NoFaultAsync(IPage page, string path)
    {
        AxeResult result = await page.RunAxe();
        Assert.True(
            !result.Violations.Any(one => one.Impact is "serious" or "critical"),
            $"{path}: {string.Join("\n", result.Violations.Where(one => one.Impact is "serious" or "critical")
                .Select(one => $"{one.Id} {one.Help}: {string.Join(" | ", one.Nodes.Take(3).Select(node => node.Html))}"))}");
    }

    private protected static ILocatorAssertions Expect(ILocator what) => Assertions.Expect(what);
}
