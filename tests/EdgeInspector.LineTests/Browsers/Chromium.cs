using Microsoft.Playwright;

namespace EdgeInspector.LineTests.Browsers;

/// <summary>Debian's Chromium, driven by Playwright. One for each test; every page that meets an error of its own fails the test.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly List<string> _faults = [];

    private Chromium(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    /// <summary>What went wrong inside the pages.</summary>
    public IReadOnlyList<string> Faults
    {
        get
        {
            lock (_faults)
                return [.. _faults];
        }
    }

    public static async Task<Chromium> StartAsync()
    {
        string program = InstalledPrograms.Need("chromium");
        IPlaywright playwright = await Playwright.CreateAsync();
        // As root, as in a container, Chromium's own sandbox can't be had.
        IBrowser browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = ["--no-sandbox"] });
        return new Chromium(playwright, browser);
    }

    /// <summary>Somebody with a browser of their own: no cookie is shared with others.</summary>
    public async Task<IPage> OpenAsync(Uri address, int width = 1280, int height = 800, bool isDark = false, string language = "en")
    {
        IBrowserContext person = await _browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
            Locale = language,
            // A proxy of the tests has a certificate of their own authority.
            IgnoreHTTPSErrors = true,
        });
        person.SetDefaultTimeout((float)Eventually.Patience.TotalMilliseconds);
        IPage page = await person.NewPageAsync();
        page.PageError += (_, fault) => Add(fault);
        page.Console += (_, message) =>
        {
            // A picture or a socket that ends with the agent is no fault of the page.
            if (message.Type == "error" && message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
                Add(message.Text);
        };
        await page.GotoAsync(address.AbsoluteUri);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    private void Add(string fault)
    {
        lock (_faults)
            _faults.Add(fault);
    }
}
