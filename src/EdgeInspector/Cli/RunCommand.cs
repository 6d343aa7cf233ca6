using System.CommandLine;
using EdgeInspector.Cli.Arguments;
using EdgeInspector.Doctor;
using EdgeInspector.Hosting;
using EdgeInspector.Hosting.Health;
using EdgeInspector.Hosting.Lifetime;
using EdgeInspector.Logging;
using EdgeInspector.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Hosting.WindowsServices;
using Microsoft.Extensions.Logging;
using Serilog;

namespace EdgeInspector.Cli;

/// <summary><c>run</c>: the service, on a console, under systemd or as a Windows service.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var command = new Command("run", "Runs the inspection service (the default command).");
        Prepare(command);
        return command;
    }

    /// <summary>Makes the root command run the service.</summary>
    public static void MakeDefault(RootCommand root) => Prepare(root);

    private static void Prepare(Command command)
    {
        var arguments = new SettingsArguments(command);
        command.SetAction((parsed, stop) => RunAsync(SettingsFile.Load(arguments.File(parsed), SettingsArguments.Overrides(parsed)), stop));
    }

    private static async Task<int> RunAsync(SettingsFile settings, CancellationToken stop)
    {
        await using Serilog.Core.Logger log = LoggingSetup.Configure(
            settings.Configuration, settings.Options.DataFolder, ConsoleUse.StandardOutput);
        LastWords.Log(log);
        if (settings.Machine is { } machine)
            log.Information("The settings are those of machine {Machine:l} in {File:l}", machine, settings.Path);
        IEnumerable<string> shared = SharedFolders.Check(settings.Options.Stations)
            .Where(finding => finding.Severity == Severity.Warning)
            .Select(finding => finding.Message);
        foreach (string warning in settings.Warnings.Concat(settings.OldNames).Concat(shared))
            log.Warning("{Warning:l}", warning);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ApplicationName = "EdgeInspector" });
        builder.Services.AddSerilog(log);
        AddSystemd(builder.Services);
        builder.Services.AddWindowsService(service => service.ServiceName = "EdgeInspector");
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(
            services => Agent.Build(settings.Options, TimeProvider.System, services.GetRequiredService<ILoggerFactory>()));
        builder.Services.AddSingleton(services => settings.Watch(TimeProvider.System));
        builder.Services.AddSingleton<AgentService>();
        builder.Services.AddHostedService(services => services.GetRequiredService<AgentService>());
        builder.Services.AddHostedService<HangWatch>();
        if (settings.Options.HealthFile is { Length: > 0 } health)
        {
            HealthFile.Clear(health);
            builder.Services.AddHostedService(services =>
            {
                var agent = services.GetRequiredService<Agent>();
                return new HealthFile(
                    health,
                    () => agent.MakesProgress,
                    () => agent.Complaints,
                    TimeProvider.System,
                    services.GetRequiredService<ILogger<HealthFile>>());
            });
        }

        IHost host = builder.Build();
        int exitCode;
        try
        {
            var agent = host.Services.GetRequiredService<AgentService>();
            var lifetime = host.Services.GetRequiredService<IHostLifetime>();
            // Whatever hangs, a stop is over in time.
            host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping
                .Register(() =>
                {
                    ProcessEnd.Within(HangWatch.Limit, agent.ExitCode == ExitCode.Done ? ExitCode.Hung : agent.ExitCode);
                    // The host reports the service as stopped before this process ends; with 0 the service manager would
                    // take a fault for a clean stop.
                    if (OperatingSystem.IsWindows() && lifetime is WindowsServiceLifetime service)
                        service.ExitCode = agent.ExitCode;
                });
            await host.RunAsync(stop);
            exitCode = agent.ExitCode;
        }
        catch (RefusedException refused)
        {
            foreach (string problem in refused.Problems)
                log.Fatal("{Problem:l}", problem);
            return ExitCode.Refused;
        }
        catch (TakenException taken)
        {
            // Two agents on one data folder never run; but whoever has it may be gone in a minute, so that the service manager tries again.
            log.Fatal("{Problem:l} The agent ends, so that the service manager starts it again", taken.Message);
            return ExitCode.Failed;
        }
        finally
        {
            await ((IAsyncDisposable)host).DisposeAsync();
        }

        // A worker that returns after a fault looks like a clean stop to the Windows service manager,
        // which then would not start it again (dotnet/runtime#77381).
        if (exitCode != ExitCode.Done && WindowsServiceHelpers.IsWindowsService())
        {
            await log.DisposeAsync();
            Environment.Exit(exitCode);
        }
        return exitCode;
    }

    /// <summary>
    /// Under a service manager that listens on <c>NOTIFY_SOCKET</c> (sd_notify(3)): readiness, stop and watchdog.
    /// Also where the stock check, which wants systemd as the parent process, does not see it: in a container, or behind a wrapper script.
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
