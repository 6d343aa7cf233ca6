using EdgeInspector.Foundation.Files;
using EdgeInspector.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting.WindowsServices;
using Serilog;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Debugging;
using Serilog.Events;
using Serilog.Formatting.Compact;
using Serilog.Settings.Configuration;
using Serilog.Sinks.SystemConsole.Themes;

namespace EdgeInspector.Logging;

/// <summary>Builds the log: readable lines on the console, and everything as compact JSON in files that never fill a disk.</summary>
internal static class LoggingSetup
{
    private const string Section = "Serilog";
    private const string Example = "{ \"MinimumLevel\": { \"Default\": \"Information\" } }";
    private const long LongestFile = 50 * 1024 * 1024;
    private const int KeptFiles = 14;

    private static readonly string[] SectionKeys =
        ["AuditTo", "Destructure", "Enrich", "Filter", "FilterSwitches", "LevelSwitches", "MinimumLevel", "Properties", "Using", "WriteTo"];

    /// <summary>
    /// Builds the log; the caller disposes it, which writes out what is pending.
    /// A log file that cannot be written is said once and stops nothing.
    /// </summary>
    /// <param name="configuration">Settings whose section <c>Serilog</c> changes levels and adds sinks; null for the defaults.</param>
    /// <param name="dataFolder">
    /// Holds the folder <c>logs</c> with <c>edgeinspector-DATE.json</c>: a new file each day and each 50 MB, 14 are kept.
    /// </param>
    /// <param name="console">What goes to the console.</param>
    /// <exception cref="RefusedException">The section <c>Serilog</c> must be mended first.</exception>
    public static Logger Configure(IConfiguration? configuration, string dataFolder, ConsoleUse console)
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
            .Enrich.FromLogContext();
        log.WriteTo.Logger(lines => WriteToConsole(lines, console));
        if (OperatingSystem.IsWindows() && WindowsServiceHelpers.IsWindowsService())
            log.WriteTo.Sink(new EventLogSink(), LogEventLevel.Error);
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
            if (configuration is not null)
                Apply(configuration, log);
            // Last, after what the settings add.
            log.Enrich.With<PrintableValues>();
            return log.CreateLogger();
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException or FormatException or NotSupportedException
            or InvalidCastException or IOException or System.Reflection.TargetInvocationException)
        {
            string cause = (fault.InnerException ?? fault).Message.ReplaceLineEndings(" ");
            throw new RefusedException(
                $"{Section}: this section cannot be used: "
                + $"{cause} Levels are {string.Join(", ", Enum.GetNames<LogEventLevel>())}, as in {Example}.");
        }
    }

    private static void WriteToConsole(LoggerConfiguration lines, ConsoleUse console)
    {
        bool isPlain = Console.IsOutputRedirected || Console.IsErrorRedirected
            || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        // What is to be seen is decided by the levels of the log as a whole; the lines themselves let everything through.
        lines.MinimumLevel.Verbose().Enrich.With<OneLine>().WriteTo.Sink(LoggerSinkConfiguration.Wrap(
            inner => new PrintableLines(inner),
            sink => sink.Console(
                restrictedToMinimumLevel: console == ConsoleUse.WarningsOnStandardError ? LogEventLevel.Warning : LogEventLevel.Verbose,
                outputTemplate: $"{{Timestamp:yyyy-MM-dd HH:mm:ss.fff}} {{Level:u3}} {{Message:lj}}{{{OneLine.Cause}:l}}{{NewLine}}",
                standardErrorFromLevel: console == ConsoleUse.StandardOutput ? null : LogEventLevel.Verbose,
                theme: isPlain ? ConsoleTheme.None : AnsiConsoleTheme.Literate)));
    }

    private static void Apply(IConfiguration configuration, LoggerConfiguration log)
    {
        IConfigurationSection section = configuration.GetSection(Section);
        if (section.Value is not (null or LayeredSettings.Block))
            throw new RefusedException($"{Section}: a single value or a list stands here; give a block such as {Example}.");
        List<string> strangers =
        [
            .. section.GetChildren().Select(child => child.Key).Where(key => !SectionKeys.Contains(key, StringComparer.OrdinalIgnoreCase)),
        ];
        if (strangers.Count > 0)
        {
            throw new RefusedException([.. strangers.Select(key =>
                $"{Section}:{key}: this setting is not known; " + (NearestName.Of(key, SectionKeys) is { } near
                    ? $"did you mean {near}?"
                    : $"remove it, or write one of {string.Join(", ", SectionKeys)}."))]);
        }

        // Serilog takes a section with a value for a single value; the marks for blocks and lists must go.
        IConfiguration unmarked = new ConfigurationBuilder()
            .AddInMemoryCollection(
                section.AsEnumerable().Where(entry => entry.Value is not (null or LayeredSettings.Block or LayeredSettings.List)))
            .Build();
        log.ReadFrom.Configuration(
            unmarked,
            // Named, because in a single file there are no assemblies to search.
            new ConfigurationReaderOptions(
                typeof(ConsoleLoggerConfigurationExtensions).Assembly, typeof(FileLoggerConfigurationExtensions).Assembly)
            {
                SectionName = Section,
            });
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

    // Serilog's own complaints carry stack traces and come with every event.
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
