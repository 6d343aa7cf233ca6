using System.Runtime.InteropServices;

namespace EdgeInspector.Hosting.Lifetime;

/// <summary>
/// Keeps the memory of native code flat. glibc gives threads heaps of their own, up to eight for each core; and whenever a large piece is
/// freed, glibc raises the size from which memory goes back to the system at once. Pictures, tensors and models that come and go for weeks
/// would then leave holes in all heaps.
/// </summary>
/// <remarks>Measured: docs/reliability.md. See mallopt(3); other systems and C libraries are left as they are.</remarks>
internal static partial class NativeHeap
{
    private const int TrimThreshold = -1;
    private const int MapThreshold = -3;
    private const int ArenaMax = -8;

    private const int Heaps = 2;
    private const int LargeFrom = 256 << 10;
    private const int KeptAtTheEnd = 1 << 20;

    /// <summary>Call this before anything else, since threads keep the heaps that they have.</summary>
    public static void Calm()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = SetOption(ArenaMax, Heaps);
            _ = SetOption(MapThreshold, LargeFrom);
            _ = SetOption(TrimThreshold, KeptAtTheEnd);
        }
        catch (Exception missing) when (missing is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library, such as musl, has no such settings.
        }
    }

    /// <summary>
    /// Gives free pages back to the system; to be called after a model was freed. Locks each heap for some milliseconds at most.
    /// </summary>
    public static void GiveBack()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = Trim(0);
        }
        catch (Exception missing) when (missing is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library has no such function.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nint keep);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
