using System.CommandLine;
using EdgeInspector.Cli.Arguments;
using EdgeInspector.Doctor;
using EdgeInspector.Hosting;
using EdgeInspector.Hosting.Lifetime;
using EdgeInspector.Logging;
using EdgeInspector.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.WindowsServices;

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
        var recent = new RecentLog();
        await using Serilog.Core.Logger log = LoggingSetup.Configure(
            settings.Log, settings.Options.DataFolder, ConsoleUse.StandardOutput, recent);
        LastWords.Log(log);
        TellNotes(settings, log);
        IHost host = ServiceHost.Build(settings, log, recent);
        int exitCode;
        try
        {
            var agent = host.Services.GetRequiredService<AgentService>();
            EndInTime(host, agent);
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
            // Two agents never run on one data folder; but the other process may be gone in a minute, so the service manager should try
            // again.
            log.Fatal("{Problem:l} The agent ends, so that the service manager starts it again", taken.Message);
            return ExitCode.Failed;
        }
        finally
        {
            await ((IAsyncDisposable)host).DisposeAsync();
        }

        // If a worker returns after a fault, the Windows service manager takes that for a clean stop, and would not start the service again
        // (dotnet/runtime#77381).
        if (exitCode != ExitCode.Done && WindowsServiceHelpers.IsWindowsService())
        {
            await log.DisposeAsync();
            Environment.Exit(exitCode);
        }
        return exitCode;
    }

    private static void TellNotes(SettingsFile settings, Serilog.Core.Logger log)
    {
        if (settings.Machine is { } machine)
            log.Information("The settings are those of machine {Machine:l} in {File:l}", machine, settings.Path);
        IEnumerable<string> shared = SharedFolders.Check(settings.Options.Stations)
            .Where(finding => finding.Severity == Severity.Warning)
            .Select(finding => finding.Message);
        foreach (string warning in settings.Warnings.Concat(settings.OldNames).Concat(shared))
            log.Warning("{Warning:l}", warning);
    }

    /// <summary>Makes sure that a stop is over in time, even if something hangs.</summary>
    private static void EndInTime(IHost host, AgentService agent)
    {
        var lifetime = host.Services.GetRequiredService<IHostLifetime>();
        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(() =>
        {
            ProcessEnd.Within(HangWatch.Limit, agent.ExitCode == ExitCode.Done ? ExitCode.Hung : agent.ExitCode);
            // The host reports the service as stopped before this process ends; with exit code 0 the service manager would take a fault for
            // a clean stop.
            if (OperatingSystem.IsWindows() && lifetime is WindowsServiceLifetime service)
                service.ExitCode = agent.ExitCode;
        });
    }
}
