using Serilog.Core;

namespace EdgeInspector.Hosting.Lifetime;

/// <summary>
/// What happens when an exception reaches the end of a thread: it is logged, the log is written out, and the process ends with
/// <see cref="ExitCode.Failed"/> instead of the runtime's abort, which service managers read in different ways.
/// </summary>
internal static class LastWords
{
    /// <summary>Listens until the process ends.</summary>
    public static void Log(Logger log)
    {
        AppDomain.CurrentDomain.UnhandledException += (_, e) =>
        {
            // Even if the log itself hangs, the process ends.
            ProcessEnd.Within(TimeSpan.FromSeconds(3), ExitCode.Failed);
            log.Fatal(
                e.ExceptionObject as Exception,
                "The agent failed and ends, so that the service manager starts it again: {Cause:l}",
                (e.ExceptionObject as Exception)?.Message);
            log.Dispose();
            ProcessEnd.Now(ExitCode.Failed);
        };
        TaskScheduler.UnobservedTaskException += (_, e) => log.Error(
            e.Exception, "A task failed and nobody looked: {Cause:l}", e.Exception.InnerException?.Message);
    }
}
