using EdgeInspector.Foundation.Files;
using EdgeInspector.Settings;
using Microsoft.Extensions.Hosting.WindowsServices;
using Serilog;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Debugging;
using Serilog.Events;
using Serilog.Formatting.Compact;
using Serilog.Sinks.SystemConsole.Themes;

namespace EdgeInspector.Logging;

/// <summary>Builds the log: readable lines on the console, and everything as compact JSON in files that never fill a disk.</summary>
internal static class LoggingSetup
{
    private const long LongestFile = 50 * 1024 * 1024;
    private const int KeptFiles = 14;

    /// <summary>
    /// Builds the log; the caller disposes it, which writes out pending lines. A log file that cannot be written is reported once and does
    /// not stop the agent.
    /// </summary>
    /// <param name="section">The section <c>Serilog</c> of the settings; null for the defaults.</param>
    /// <param name="dataFolder">
    /// Holds the folder <c>logs</c> with <c>edgeinspector-DATE.json</c>: a new file each day and each 50 MB, 14 are kept.
    /// </param>
    /// <param name="console">How the log uses the console.</param>
    /// <param name="recent">Remembers the last lines; null: nobody does.</param>
    /// <exception cref="RefusedException">The section <c>Serilog</c> must be mended first.</exception>
    public static Logger Configure(SettingsNode? section, string dataFolder, ConsoleUse console, RecentLog? recent = null)
    {
        string folder = Path.GetFullPath(Path.Combine(dataFolder, "logs"));
        bool canWrite = CanWrite(folder, out string? obstacle);
        if (!canWrite)
            Console.Error.WriteLine($"No log files are written: the folder '{folder}' cannot be used. {obstacle}");
        ReportSinkFaultsOnce();

        LoggerConfiguration log = new LoggerConfiguration()
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("System", LogEventLevel.Warning)
            // Says at each start that the keys of sessions lie open, in a folder that nobody else may read.
            .MinimumLevel.Override("Microsoft.AspNetCore.DataProtection", LogEventLevel.Error)
            .Enrich.FromLogContext();
        log.WriteTo.Logger(lines => WriteToConsole(lines, console));
        if (OperatingSystem.IsWindows() && WindowsServiceHelpers.IsWindowsService())
            log.WriteTo.Sink(new EventLogSink(), LogEventLevel.Error);
        if (recent is not null)
            log.WriteTo.Sink(recent);
        if (canWrite)
        {
            log.WriteTo.File(
                new PrintableJson(new CompactJsonFormatter()),
                Path.Combine(folder, "edgeinspector-.json"),
                rollingInterval: RollingInterval.Day,
                fileSizeLimitBytes: LongestFile,
                rollOnFileSizeLimit: true,
                retainedFileCountLimit: KeptFiles);
        }
        try
        {
            if (section is not null)
                LogSettings.Apply(section, log);
            // Added last, after the enrichers of the settings.
            log.Enrich.With<PrintableValues>();
            return log.CreateLogger();
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException or FormatException or NotSupportedException
            or InvalidCastException or IOException or System.Reflection.TargetInvocationException)
        {
            string cause = (fault.InnerException ?? fault).Message.ReplaceLineEndings(" ");
            throw new RefusedException(
                $"{LogSettings.Section}: this section cannot be used: "
                + $"{cause} Levels are {string.Join(", ", Enum.GetNames<LogEventLevel>())}, as in {LogSettings.Example}.");
        }
    }

    private static void WriteToConsole(LoggerConfiguration lines, ConsoleUse console)
    {
        bool isPlain = Console.IsOutputRedirected || Console.IsErrorRedirected
            || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        // The levels of the whole log decide what is shown; the lines themselves let everything through.
        lines.MinimumLevel.Verbose().Enrich.With<OneLine>().WriteTo.Sink(LoggerSinkConfiguration.Wrap(
            inner => new PrintableLines(inner),
            sink => sink.Console(
                restrictedToMinimumLevel: console == ConsoleUse.WarningsOnStandardError ? LogEventLevel.Warning : LogEventLevel.Verbose,
                outputTemplate: $"{{Timestamp:yyyy-MM-dd HH:mm:ss.fff}} {{Level:u3}} {{Message:lj}}{{{OneLine.Cause}:l}}{{NewLine}}",
                standardErrorFromLevel: console == ConsoleUse.StandardOutput ? null : LogEventLevel.Verbose,
                theme: isPlain ? ConsoleTheme.None : AnsiConsoleTheme.Literate)));
    }

    private static bool CanWrite(string folder, out string? obstacle)
    {
        obstacle = null;
        try
        {
            Directory.CreateDirectory(folder);
            using FileStream probe = new(
                Path.Combine(folder, $".{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1,
                FileOptions.DeleteOnClose);
            return true;
        }
        catch (Exception fault) when (DiskFault.Is(fault) || fault is NotSupportedException)
        {
            obstacle = fault.Message;
            return false;
        }
    }

    // Serilog's own complaints have stack traces and would come with every event.
    private static void ReportSinkFaultsOnce()
    {
        int reported = 0;
        SelfLog.Enable(complaint =>
        {
            if (Interlocked.Exchange(ref reported, 1) == 0)
                Console.Error.WriteLine("The log cannot be written completely; this is said only once. "
                    + $"{complaint.AsSpan(0, complaint.AsSpan().IndexOfAny('\n', '\r') is var end and >= 0 ? end : complaint.Length)}");
        });
    }
}
