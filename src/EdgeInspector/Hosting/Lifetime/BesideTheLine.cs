using System.ComponentModel;
using System.Diagnostics;

namespace EdgeInspector.Hosting.Lifetime;

/// <summary>Lets a command on a line's PC give way to the parts of the line.</summary>
internal static class BesideTheLine
{
    /// <summary>
    /// Lowers the priority of this process; on Linux only that of the calling thread and of threads that start later, so call this first.
    /// </summary>
    /// <param name="priority">Idle for work that may take as long as it likes, else below normal.</param>
    public static void GiveWay(ProcessPriorityClass priority)
    {
        try
        {
            using var me = Process.GetCurrentProcess();
            me.PriorityClass = priority;
        }
        catch (Exception refused) when (refused is Win32Exception or InvalidOperationException or NotSupportedException)
        {
            // The system does not allow it: the command then runs like any other program.
        }
    }
}
