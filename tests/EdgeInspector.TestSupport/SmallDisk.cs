namespace EdgeInspector.TestSupport;

/// <summary>A tmpfs of a few megabytes, which can be filled. Unmounted at the end.</summary>
public sealed class SmallDisk : IDisposable
{
    private readonly string _folder;

    private SmallDisk(string folder) => _folder = folder;

    private string Filler => Path.Combine(_folder, "filler");

    /// <summary>Mounts one, or skips the test where that is not permitted.</summary>
    /// <param name="folder">Where it is mounted; made when it is missing.</param>
    /// <param name="size">As <c>mount</c> takes it: <c>20m</c>.</param>
    public static SmallDisk Mount(string folder, string size)
    {
        SmallDisk? disk = TryMount(folder, size);
        Assert.SkipWhen(disk is null, "No small disk: mounting a tmpfs needs root.");
        return disk;
    }

    /// <summary>Mounts one; null where that is not permitted.</summary>
    public static SmallDisk? TryMount(string folder, string size)
    {
        Directory.CreateDirectory(folder);
        return Run("mount", "-t", "tmpfs", "-o", $"size={size}", "edgeinspector-test", folder) ? new SmallDisk(folder) : null;
    }

    /// <summary>Writes until there is no byte left.</summary>
    public void Fill()
    {
        using FileStream file = new(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] block = new byte[4096];
        try
        {
            while (true)
                file.Write(block);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>Gives the space back.</summary>
    public void Empty() => File.Delete(Filler);

    public void MakeReadOnly() => Remount("ro");

    public void MakeWritable() => Remount("rw");

    /// <summary>
    /// Detaches at once, and for the kernel when the last file is closed: a process that still runs must not keep it in place.
    /// </summary>
    public void Dispose() => Run("umount", "--lazy", _folder);

    private void Remount(string mode)
    {
        if (!Run("mount", "-o", $"remount,{mode}", _folder))
            throw new IOException($"{_folder} could not be mounted anew ({mode}).");
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using ChildProcess process = ChildProcess.Start(program, arguments, Path.GetTempPath());
            return process.WaitForExit(Eventually.Patience) == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
