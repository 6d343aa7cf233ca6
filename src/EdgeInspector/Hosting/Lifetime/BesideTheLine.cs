using System.ComponentModel;
using System.Diagnostics;

namespace EdgeInspector.Hosting.Lifetime;

/// <summary>What a command does on a line's PC gives way to the parts of the line.</summary>
internal static class BesideTheLine
{
    /// <summary>
    /// Lowers the priority of this process; on Linux that of the calling thread and of those that begin later, so call it first.
    /// </summary>
    /// <param name="priority">Idle for what may take as long as it likes, else below normal.</param>
    public static void GiveWay(ProcessPriorityClass priority)
    {
        try
        {
            using var me = Process.GetCurrentProcess();
            me.PriorityClass = priority;
        }
        catch (Exception refused) when (refused is Win32Exception or InvalidOperationException or NotSupportedException)
        {
            // Not allowed: the command then runs like any other program.
        }
    }
}
