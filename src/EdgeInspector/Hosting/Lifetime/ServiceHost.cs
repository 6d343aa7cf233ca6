using EdgeInspector.Hosting.Health;
using EdgeInspector.Logging;
using EdgeInspector.Settings;
using EdgeInspector.Web;
using EdgeInspector.Web.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;
using Serilog;

namespace EdgeInspector.Hosting.Lifetime;

/// <summary>The host of the service: everything that runs as long as the agent, and whoever is told of the agent's state.</summary>
internal static class ServiceHost
{
    private const string Name = "EdgeInspector";

    /// <summary>Puts the host together. The agent itself is built when it is first asked for.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="log">The log; owned by the caller.</param>
    /// <param name="recent">The last lines of the log.</param>
    /// <returns>The host, owned by the caller.</returns>
    public static IHost Build(SettingsFile settings, Serilog.Core.Logger log, RecentLog recent)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ApplicationName = Name });
        IServiceCollection services = builder.Services;
        services.AddSerilog(log);
        AddSystemd(services);
        services.AddWindowsService(service => service.ServiceName = Name);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(
            built => Agent.Build(settings.Options, TimeProvider.System, built.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton(_ => settings.Watch(TimeProvider.System));
        services.AddSingleton<AgentService>();
        services.AddHostedService(built => built.GetRequiredService<AgentService>());
        services.AddHostedService<HangWatch>();
        if (settings.Options.HealthFile is { Length: > 0 } health)
            AddHealthFile(services, health);
        AddCalls(services, settings.Options, recent);
        return builder.Build();
    }

    /// <summary>Those who call, and those who watch; neither is loaded where the settings name none.</summary>
    private static void AddCalls(IServiceCollection services, AgentOptions options, RecentLog recent)
    {
        services.AddSingleton(built => built.GetRequiredService<Agent>()
            .ForCallers(recent, TimeProvider.System, built.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton(built => new AgentMetrics(built.GetRequiredService<HttpScope>(), options.Metrics));
        if (options.Http.Listen is not null)
            services.AddHostedService(built => new HttpService(
                built.GetRequiredService<Agent>(), built.GetRequiredService<AgentMetrics>(), options.Http,
                built.GetRequiredService<HttpScope>()));
        if (options.Metrics.Otlp is not null)
            services.AddHostedService<MetricsService>();
    }

    private static void AddHealthFile(IServiceCollection services, string path)
    {
        HealthFile.Clear(path);
        services.AddHostedService(built =>
        {
            var agent = built.GetRequiredService<Agent>();
            return new HealthFile(
                path,
                () => agent.MakesProgress,
                () => agent.Complaints,
                TimeProvider.System,
                built.GetRequiredService<ILogger<HealthFile>>());
        });
    }

    /// <summary>
    /// Supports a service manager that listens on <c>NOTIFY_SOCKET</c> (sd_notify(3)): readiness, stop and watchdog. Also where the stock
    /// check, which wants systemd as the parent process, does not see the service manager: in a container, or behind a wrapper script.
    /// </summary>
    private static void AddSystemd(IServiceCollection services)
    {
        services.AddSystemd();
        if (!OperatingSystem.IsLinux() || string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NOTIFY_SOCKET")))
            return;
        services.TryAddSingleton<ISystemdNotifier, SystemdNotifier>();
        services.AddSingleton<IHostLifetime, SystemdLifetime>();
        services.AddHostedService<WatchdogFeed>();
    }
}
