using System.Runtime.InteropServices;

namespace EdgeInspector.Hosting.Lifetime;

/// <summary>
/// Ends the process whatever its threads are doing. <see cref="Environment.Exit"/> waits for handlers and can hang behind a native call;
/// the methods of this type can't.
/// </summary>
internal static partial class ProcessEnd
{
    /// <summary>Ends the process at once. Data that must be kept must have been written before.</summary>
    public static void Now(int exitCode)
    {
        if (OperatingSystem.IsWindows())
            TerminateProcess(-1, (uint)exitCode);
        else
            ExitAtOnce(exitCode);
    }

    /// <summary>
    /// Ends the process after so long unless it has ended by itself. On a thread of its own, since the thread pool may be stuck.
    /// </summary>
    public static void Within(TimeSpan limit, int exitCode)
    {
        var thread = new Thread(() =>
        {
            Thread.Sleep(limit);
            Now(exitCode);
        })
        {
            Name = "process end",
            IsBackground = true,
            Priority = ThreadPriority.Highest,
        };
        thread.Start();
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitAtOnce(int exitCode);

    // -1 is the handle that GetCurrentProcess returns.
    [LibraryImport("kernel32", EntryPoint = "TerminateProcess")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool TerminateProcess(nint process, uint exitCode);
}
