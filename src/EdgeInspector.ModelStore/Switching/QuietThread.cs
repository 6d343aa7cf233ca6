using System.Runtime.InteropServices;

namespace EdgeInspector.ModelStore.Switching;

/// <summary>
/// Makes the calling thread give way to all others. On Linux .NET's own priorities do nothing;
/// the kernel knows a nice value for each thread (setpriority(2)).
/// </summary>
/// <remarks>For threads that end with their work: a nice value can't be taken back, and threads that are made later inherit it.</remarks>
internal static partial class QuietThread
{
    private const int OfProcess = 0;
    private const uint CallingThread = 0;
    private const int Nicest = 19;

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
