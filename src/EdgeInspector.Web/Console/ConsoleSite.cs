using System.Net;
using EdgeInspector.Web.Console.Acting;
using EdgeInspector.Web.Console.Layout;
using EdgeInspector.Web.Console.Live;
using EdgeInspector.Web.Console.Models;
using EdgeInspector.Web.Console.Parts;
using EdgeInspector.Web.Console.Sessions;
using EdgeInspector.Web.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;

namespace EdgeInspector.Web.Console;

/// <summary>
/// The pages for people. All they take from the line is bounded and may be lost: the newest picture, the last parts. A page never holds up
/// a station.
/// </summary>
internal sealed class ConsoleSite : IDisposable
{
    // Everything from here; styles in tags are the library's way to place its menus.
    private const string Policy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; "
        + "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    private readonly HttpOptions _options;
    private readonly HttpScope _agent;
    private readonly LiveLine _line;
    // Pictures have a thread of their own: nobody's search makes them stand still.
    private readonly QuietWork _work = new(), _pictures = new();
    private readonly SharedExamination _examination;
    private readonly UserFile _users;
    private readonly UserWatch _watch;
    private readonly EndedSessions _sessions;
    private readonly SessionRules _rules;

    /// <param name="options">The settings.</param>
    /// <param name="agent">What the agent gives.</param>
    public ConsoleSite(HttpOptions options, HttpScope agent)
    {
        (_options, _agent, _line, _users) = (options, agent, new LiveLine(agent), new UserFile(agent.DataFolder));
        _examination = new SharedExamination(agent.Examine, agent.Time);
        _watch = new UserWatch(_users, agent.Note, agent.Time);
        _sessions = new EndedSessions(options, agent.Time);
        _rules = new SessionRules(options, _users, _sessions);
    }

    /// <summary>Adds what the pages need.</summary>
    public void Add(IServiceCollection services)
    {
        services.AddSingleton(_agent).AddSingleton(_options).AddSingleton(_agent.Time);
        services.AddSingleton(_line).AddSingleton(_work).AddSingleton(_rules).AddSingleton(_sessions).AddSingleton(_users);
        services.AddSingleton(_examination);
        services.AddSingleton(new LivePictures(_line, _pictures, _agent.Time));
        services.AddSingleton<KeptPictureCalls>().AddSingleton<History>().AddSingleton<OpenPages>();
        services.AddScoped<CircuitHandler, OpenPage>();
        services.AddSingleton<SignInGuard>().AddSingleton<SignIns>().AddSingleton<ConsoleAssets>();
        services.AddScoped<Acts>().AddScoped<ModelActs>();
        services.AddScoped<AuthenticationStateProvider, LiveSession>();
        services.AddCascadingAuthenticationState();
        services.AddLocalization();
        services.AddMudServices(library => library.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomCenter);
        _rules.Add(services, _agent.DataFolder);
        services.AddRazorComponents().AddInteractiveServerComponents(circuits =>
        {
            // Somebody who closed the lid of a tablet finds the page again; memory for more is the line's.
            circuits.DisconnectedCircuitMaxRetained = 10;
            circuits.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(2);
        }).AddHubOptions(hub =>
        {
            // A page that hears nothing for a few seconds says so.
            hub.KeepAliveInterval = TimeSpan.FromSeconds(2);
            hub.ClientTimeoutInterval = TimeSpan.FromSeconds(15);
        });
    }

    /// <summary>Puts what every call passes before it is routed.</summary>
    public void UseBeforeRouting(IApplicationBuilder calls)
    {
        if (_options.Console.Proxies.Count > 0)
        {
            var believed = new ForwardedHeadersOptions
            {
                ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            };
            believed.KnownIPNetworks.Clear();
            believed.KnownProxies.Clear();
            foreach (string proxy in _options.Console.Proxies)
                believed.KnownProxies.Add(IPAddress.Parse(proxy));
            calls.UseForwardedHeaders(believed);
        }
        if (_options.Console.PathBase.Length > 0)
            calls.UsePathBase(_options.Console.PathBase);
    }

    /// <summary>Puts what every call passes after it is routed, and the pages.</summary>
    public void Map(WebApplication app)
    {
        app.Use(Protect);
        app.Use(ConsoleLanguage.Choose);
        app.UseAuthentication();
        app.Use(_rules.Admit);
        app.UseAuthorization();
        app.UseAntiforgery();
        // Pages, and what they alone fetch: no calls for programs.
        RouteGroupBuilder pages = app.MapGroup("").ExcludeFromDescription();
        app.Services.GetRequiredService<ConsoleAssets>().Map(pages);
        app.Services.GetRequiredService<SignIns>().Map(pages);
        ConsoleLanguage.Map(pages);
        app.Services.GetRequiredService<LivePictures>().Map(pages);
        app.Services.GetRequiredService<KeptPictureCalls>().Map(pages);
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(server => server.ContentSecurityFrameAncestorsPolicy = null)
            .RequireAuthorization(nameof(Role.Look));
    }

    public void Dispose()
    {
        _watch.Dispose();
        _examination.Dispose();
        _line.Dispose();
        _work.Dispose();
        _pictures.Dispose();
    }

    private static Task Protect(HttpContext call, RequestDelegate next)
    {
        call.Response.Headers.ContentSecurityPolicy = Policy;
        call.Response.Headers["Referrer-Policy"] = "same-origin";
        return next(call);
    }
}
