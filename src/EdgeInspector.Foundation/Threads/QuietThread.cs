using System.Runtime.InteropServices;

namespace EdgeInspector.Foundation.Threads;

/// <summary>
/// Makes the calling thread give way to all others. On Linux .NET's own priorities do nothing;
/// the kernel knows a nice value for each thread (setpriority(2)).
/// </summary>
/// <remarks>
/// For threads that end with their work: a nice value can't be taken back, and threads that a quiet thread makes inherit it. That includes
/// threads of the pool: a quiet thread completes no task for which others wait, and starts none.
/// </remarks>
public static partial class QuietThread
{
    private const int OfProcess = 0;
    private const uint CallingThread = 0;
    private const int Nicest = 19;

    /// <summary>From now on; once for a thread.</summary>
    public static void Begin()
    {
        Thread.CurrentThread.Priority = ThreadPriority.Lowest;
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = SetPriority(OfProcess, CallingThread, Nicest);
        }
        catch (Exception missing) when (missing is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library: it then runs like any other.
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int priority);
}
