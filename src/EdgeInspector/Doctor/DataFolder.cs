using System.Globalization;
using EdgeInspector.Foundation.Files;

namespace EdgeInspector.Doctor;

/// <summary>Checks the data folder: it must be writable and have room.</summary>
internal static class DataFolder
{
    private static readonly string[] SystemFolders = ["/proc/", "/sys/", "/dev/"];

    private const long LowSpace = 1L << 30;

    /// <summary>Why the folder can never be made, whoever tries; null: the folder is there, or could be made.</summary>
    public static string? Impossible(string folder)
    {
        if (OperatingSystem.IsLinux()
            && SystemFolders.FirstOrDefault(system => Path.GetFullPath(folder).StartsWith(system, StringComparison.Ordinal)) is { } kernel)
            return $"DataFolder: '{Path.GetFullPath(folder)}' lies in {kernel.TrimEnd('/')}, where the system keeps no files. "
                + "Name a folder on a disk.";
        for (string? path = Path.GetFullPath(folder); path is not null && !Directory.Exists(path); path = Path.GetDirectoryName(path))
        {
            if (File.Exists(path))
                return $"DataFolder: '{path}' is a file, so that there can be no folder '{Path.GetFullPath(folder)}'. "
                    + "Remove the file, or name another folder.";
        }
        return null;
    }

    public static Finding Check(string folder)
    {
        if (Impossible(folder) is { } inTheWay)
            return Finding.Fault("disk", inTheWay);
        if (DataFolderLock.Complaint(Path.GetFullPath(folder)) is { } neverLocked)
            return Finding.Fault("disk", neverLocked);
        string path = Path.GetFullPath(folder);
        try
        {
            Directory.CreateDirectory(path);
            string probe = Path.Combine(path, $".doctor-{Guid.NewGuid():N}");
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
            }
            long free = new DriveInfo(path).AvailableFreeSpace;
            string room = string.Create(CultureInfo.InvariantCulture, $"{path}, {free / (double)(1L << 30):0.0} GiB free");
            return free < LowSpace
                ? Finding.Warning("disk", $"{room}: less than 1 GiB. Free some space, or move DataFolder to another disk.")
                : Finding.Good("disk", room);
        }
        catch (Exception fault) when (DiskFault.Is(fault) || fault is ArgumentException)
        {
            return Finding.Fault(
                "disk",
                $"The data folder '{path}' can't be written: {fault.Message} Give the service's user the right to, or change DataFolder.");
        }
    }
}
